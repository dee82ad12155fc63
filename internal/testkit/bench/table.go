//go:build unix

package main

import (
	"fmt"
	"strings"
	"time"
)

// A target is how large the share of one way in another may be.
type target struct {
	way, of        string
	bound, reached float64
}

func targets() []target {
	return []target{
		{keyringCached, kubeloginHit, 0.6, 0.4},
		{keyringCached, reference, 0.25, 0.15},
	}
}

// maxResident is how much memory the cached token may take, in bytes.
const maxResident = 12 << 20

// table words the results and says which targets are met.
func table(results []result, runs int) string {
	byName := map[string]result{}
	for _, r := range results {
		if r.missing == "" {
			byName[r.name] = r
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-46s %9s %9s %9s %11s\n", fmt.Sprintf("a token on stdout, medians of %d runs in turn", runs), "wall ms", "CPU ms", "RSS MB", "of curl|jq")
	for _, r := range results {
		if r.missing != "" {
			fmt.Fprintf(&b, "%-46s left out: %s\n", r.name, strings.Join(strings.Fields(r.missing), " "))
			continue
		}
		fmt.Fprintf(&b, "%-46s %9.1f %9.1f %9s %11s\n", r.name, ms(r.wall), ms(r.cpu), resident(r.resident), ratio(r, byName[reference]))
	}
	b.WriteString("\n")
	for _, t := range targets() {
		b.WriteString(t.judge(byName))
	}
	if r, ok := byName[keyringCached]; ok && r.resident > 0 {
		fmt.Fprintf(&b, "%s: %s MB, at most %d: %s\n", keyringCached, resident(r.resident), maxResident>>20, met(r.resident <= maxResident))
	}
	return b.String()
}

func (t target) judge(results map[string]result) string {
	way, ok := results[t.way]
	of, known := results[t.of]
	if !ok || !known {
		return ""
	}
	share := float64(way.wall) / float64(of.wall)
	return fmt.Sprintf("%s / %s: %.2f, at most %.2f: %s; better %.2f: %s\n", t.way, t.of, share,
		t.bound, met(share <= t.bound), t.reached, met(share <= t.reached))
}

func met(ok bool) string {
	if ok {
		return "met"
	}
	return "not met"
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func ratio(r, of result) string {
	if of.wall == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(r.wall)/float64(of.wall))
}

func resident(bytes int64) string {
	if bytes == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", float64(bytes)/(1<<20))
}
