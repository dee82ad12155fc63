package loopback

import (
	"fmt"
	"net/http"
)

// page is what the browser shows. It loads nothing and runs nothing.
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>%[1]s - apitok</title>
<style>
:root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; }
main { max-width: 32rem; margin: 20vh auto; padding: 0 1rem; }
</style>
</head>
<body>
<main>
<h1>%[1]s</h1>
<p>%[2]s</p>
</main>
</body>
</html>
`

// show writes a page of fixed words: nothing of what the browser brought is in it.
func show(w http.ResponseWriter, status int, title, text string) {
	h := w.Header()
	protect(h)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	fmt.Fprintf(w, page, title, text) //nolint:errcheck // a browser that went away needs no page
}

// protect keeps what the browser brought out of its cache and from other sites.
func protect(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Connection", "close")
}
