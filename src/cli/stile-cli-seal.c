/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-seal.h"

#include <glib/gi18n.h>

#include "cli/stile-cli-keys.h"
#include "cli/stile-cli.h"

static int
seal (StileCliKeys *keys, gint64 sequence)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSealer) sealer = stile_cli_keys_make_sealer (keys, TRUE, &error);
  g_autoptr (GBytes) input = sealer != NULL ? stile_cli_keys_read_input (&error) : NULL;
  g_autoptr (GBytes) message =
      input != NULL ? stile_sealer_seal (sealer, (guint64)sequence, input, &error) : NULL;

  if (message == NULL || !stile_cli_keys_write_output (message, &error))
    return stile_cli_fail (error, FALSE);

  return STILE_CLI_EXIT_DONE;
}

/**
 * stile_cli_seal_run:
 *
 * "stilectl seal": seals standard input with given keying material.
 *
 * Returns: the exit status
 */
int
stile_cli_seal_run (int argc, char *argv[])
{
  g_auto (StileCliKeys) keys = { 0 };
  gint64 sequence = 0;
  const GOptionEntry entries[] = {
    { "cipher", 0, 0, G_OPTION_ARG_STRING, &keys.cipher, N_ ("The negotiated cipher, as aes128gcm"),
      N_ ("NAME") },
    { "keys", 0, 0, G_OPTION_ARG_STRING, &keys.keys, N_ ("The exported block, in hex"), N_ ("HEX") },
    { "session", 0, 0, G_OPTION_ARG_STRING, &keys.session, N_ ("The session’s id"), N_ ("ID") },
    { "sender", 0, 0, G_OPTION_ARG_STRING, &keys.sender, N_ ("Whose keys: client or server"), N_ ("ROLE") },
    { "sequence", 0, 0, G_OPTION_ARG_INT64, &sequence, N_ ("The number of the request"), N_ ("N") },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse ("seal", NULL,
                        _ ("Seal standard input as a message of a session, to compare with another stack."),
                        entries, &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc != 1 || sequence < 0)
    return stile_cli_fail_usage ("seal", _ ("it takes no arguments, and a sequence of at least 0"));

  return seal (&keys, sequence);
}
