package secretservice

import "errors"

// Suspend is for systems with a Secret Service.
func (k *Keyring) Suspend() error { return errors.ErrUnsupported }
