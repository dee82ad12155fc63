//go:build unix

package main

import (
	"context"
	"os"
	"slices"
	"time"
)

// warmUps are the runs before those that count: a server that just started is slow.
const warmUps = 30

// A result is the medians of a way.
type result struct {
	way
	sample
	// resident is the most memory that one of the programs used, in bytes; 0 where there is no time(1) to tell.
	resident int64
}

// measure looks at what each way gives, before and after its time is taken, then at its memory.
func (s *stage) measure(ctx context.Context, ways []way, runs int) ([]result, error) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	on := scene{env: s.env, stdout: null, stderr: null}
	tokens, err := s.prove(ways)
	if err != nil {
		return nil, err
	}
	samples, err := rounds(ctx, ways, on, runs)
	if err != nil {
		return nil, err
	}
	var results []result
	for i, w := range ways {
		results = append(results, result{way: w, sample: medians(samples[i])})
		if w.missing != "" {
			continue
		}
		if err := s.stillKept(w, tokens[i]); err != nil {
			return nil, err
		}
		if results[i].resident, err = s.memory(w, on); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// rounds goes each way in turn, so that all of them are met by what else the machine does, and returns the samples of
// each way.
func rounds(ctx context.Context, ways []way, on scene, runs int) ([][]sample, error) {
	samples := make([][]sample, len(ways))
	for n := -warmUps; n < runs; n++ {
		for i, w := range ways {
			if w.missing != "" || w.runs > 0 && (n < 0 || n >= w.runs) {
				continue
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			took, err := w.run(on)
			if err != nil {
				return nil, err
			}
			if n >= 0 {
				samples[i] = append(samples[i], took)
			}
		}
	}
	return samples, nil
}

func medians(samples []sample) sample {
	if len(samples) == 0 {
		return sample{}
	}
	middle := func(of func(sample) time.Duration) time.Duration {
		var all []time.Duration
		for _, s := range samples {
			all = append(all, of(s))
		}
		slices.Sort(all)
		return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
	}
	return sample{
		wall: middle(func(s sample) time.Duration { return s.wall }),
		cpu:  middle(func(s sample) time.Duration { return s.cpu }),
	}
}
