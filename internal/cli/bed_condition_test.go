package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"

	"github.com/apitok/apitok/pkg/kernelkeys"
)

// condition knows kernelkeys: the kernel keeps keys for us; and kubectlv1: there is a
// kubectl that knows version v1 of exec credentials.
func condition(name string) (bool, error) {
	switch name {
	case "kernelkeys":
		_, err := kernelkeys.Read("is anybody there")
		return errors.Is(err, kernelkeys.ErrNotFound), nil
	case "kubectlv1":
		return kubectlMinor() >= 22, nil
	}
	return false, fmt.Errorf("no condition is called %s", name)
}

// condition knows those of a use case besides.
func (b *bed) condition(name string) (bool, error) {
	if holds, known := b.useCase.holds(name); known {
		return holds, nil
	}
	return condition(name)
}

// kubectlMinor is 20 of a kubectl of version 1.20, and 0 where there is none.
func kubectlMinor() int {
	var said struct {
		ClientVersion struct{ Minor string } `json:"clientVersion"`
	}
	text, err := exec.Command("kubectl", "version", "--client", "-o", "json").Output()
	if err != nil || json.Unmarshal(text, &said) != nil {
		return 0
	}
	minor, err := strconv.Atoi(strings.TrimRight(said.ClientVersion.Minor, "+"))
	if err != nil {
		return 0
	}
	return minor
}
