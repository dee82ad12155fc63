package testkit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"regexp"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// browserPatience is how long a page may take to show what is waited for, on a busy machine.
const browserPatience = 60 * time.Second

// A Browser is a headless Chromium with a profile of its own, driven by WebDriver (https://www.w3.org/TR/webdriver2/). An
// element is named by a CSS selector and waited for.
type Browser struct {
	t       testing.TB
	session string
}

// Chromium starts one; it ends with the test.
func Chromium(t testing.TB) *Browser {
	t.Helper()
	need(t, "chromium", "chromedriver")
	b := &Browser{t: t, session: "http://127.0.0.1:" + driver(t) + "/session"}
	var session struct {
		ID string `json:"sessionId"`
	}
	b.must("POST", "", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"timeouts": map[string]any{"implicit": browserPatience.Milliseconds()},
		"goog:chromeOptions": map[string]any{"args": []string{
			// The pipe makes it end with its driver; tests often run as root, where there is no sandbox.
			"--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir=" + t.TempDir(),
		}},
	}}}, &session)
	b.session += "/" + session.ID
	t.Cleanup(func() {
		if err := b.call(context.Background(), "DELETE", "", nil, nil); err != nil {
			t.Error(err)
		}
	})
	return b
}

// driver starts chromedriver and returns the port at which it listens.
func driver(t testing.TB) (port string) {
	t.Helper()
	cmd := exec.Command("chromedriver", "--port=0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begun, ended := make(chan error), make(chan struct{})
	go func() {
		// Linux ties "die with the parent" to the thread that forked.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(ended)
		err := cmd.Start()
		begun <- err
		if err == nil {
			_ = cmd.Wait() //nolint:errcheck // it is killed
		}
	}()
	if err := <-begun; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-ended
	})
	started := regexp.MustCompile(`started successfully on port (\d+)`)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := started.FindStringSubmatch(lines.Text()); found != nil {
			return found[1]
		}
	}
	t.Fatal("chromedriver did not start")
	return ""
}

// Open goes to an address.
func (b *Browser) Open(address string) {
	b.t.Helper()
	b.must("POST", "/url", map[string]any{"url": address}, nil)
}

// Fill types a text into an element.
func (b *Browser) Fill(selector, text string) {
	b.t.Helper()
	b.must("POST", "/element/"+b.find(selector)+"/value", map[string]any{"text": text}, nil)
}

// Click clicks on an element.
func (b *Browser) Click(selector string) {
	b.t.Helper()
	b.must("POST", "/element/"+b.find(selector)+"/click", map[string]any{}, nil)
}

// Text is what an element shows.
func (b *Browser) Text(selector string) (text string) {
	b.t.Helper()
	b.must("GET", "/element/"+b.find(selector)+"/text", nil, &text)
	return text
}

// Address is where it is.
func (b *Browser) Address() (address string) {
	b.t.Helper()
	b.must("GET", "/url", nil, &address)
	return address
}

// Source is the page's HTML.
func (b *Browser) Source() (html string) {
	b.t.Helper()
	b.must("GET", "/source", nil, &html)
	return html
}

func (b *Browser) find(selector string) (id string) {
	b.t.Helper()
	var found map[string]string
	b.must("POST", "/element", map[string]any{"using": "css selector", "value": selector}, &found)
	for _, id = range found {
		return id
	}
	b.t.Fatalf("no element is %s", selector)
	return ""
}

func (b *Browser) must(method, path string, in, out any) {
	b.t.Helper()
	if err := b.call(b.t.Context(), method, path, in, out); err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

func (b *Browser) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	if in == nil {
		body = nil
	}
	req, err := http.NewRequestWithContext(ctx, method, b.session+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct {
		Value json.RawMessage `json:"value"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, answer.Value)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, out)
}
