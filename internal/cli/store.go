package cli

import "github.com/spf13/cobra"

func (a *app) storeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "See and choose where secrets rest on this machine",
		Long: `See and choose where secrets and cached tokens rest on this machine. A profile
says so with store, cache and age_identity; APITOK_STORE, APITOK_CACHE and
APITOK_AGE_IDENTITY_FILE go before it.

  auto            the keyring where one answers; otherwise secrets are refused
                  and tokens not cached
  keyring         Secret Service, macOS Keychain, Windows Credential Manager
  kernel          the keyring of the Linux kernel, empty when the machine starts
  file            files sealed with an age identity, or with a passphrase that is
                  asked for or in APITOK_STORE_PASSPHRASE(_FILE)
  file-plaintext  files that are not sealed
  env             nothing is kept: secrets come from the environment
  none            nothing is kept`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.storeStatus(), a.storeMigrate())
	return cmd
}
