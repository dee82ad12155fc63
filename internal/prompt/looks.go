package prompt

import "charm.land/huh/v2"

// unadorned is for plain terminals, to which huh would send colours all the same.
func unadorned(bool) *huh.Styles { return &huh.Styles{} }

// adorned is huh's own look, made once: huh asks for it at each option of each frame,
// which makes lists of hundreds slow.
func adorned() huh.ThemeFunc {
	light, dark := huh.ThemeCharm(false), huh.ThemeCharm(true)
	return func(isDark bool) *huh.Styles {
		if isDark {
			return dark
		}
		return light
	}
}

// keys are huh's own, but for the ones that move through a list: while a person types
// what to look for, they end the typing first. Where nothing is found, huh would move
// out of the list and fall over at the next key.
func keys() *huh.KeyMap {
	k := huh.NewDefaultKeyMap()
	k.Select.SetFilter.SetKeys("esc", "up", "down", "ctrl+p", "ctrl+n", "ctrl+k", "ctrl+j", "ctrl+u", "ctrl+d")
	k.MultiSelect.SetFilter.SetKeys("esc", "enter", "up", "down", "ctrl+p", "ctrl+n", "ctrl+u", "ctrl+d")
	return k
}
