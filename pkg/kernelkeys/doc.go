// Package kernelkeys keeps small things in the kernel of Linux, in the keyring of
// the user (keyrings(7), user-keyring(7)): no file and no daemon has a part in it,
// and all is gone when the machine starts anew.
//
// It speaks to the kernel itself and imports nothing that costs a start of the
// program anything, so that the quick answer of apitok token can use it before
// other packages are initialised.
package kernelkeys

// prefix sets the keys of apitok apart from others of the same user; the part
// before the colon is a namespace by the convention of add_key(2).
const prefix = "apitok:"
