/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-open.h"

#include <glib/gi18n.h>

#include "cli/stile-cli-keys.h"
#include "cli/stile-cli.h"
#include "codec/stile-binary-http.h"

static void
print_opened (GBytes *data, guint64 sequence)
{
  g_autofree char *text = g_base64_encode (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  GVariantDict dict;
  g_autoptr (GVariant) document = NULL;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "sequence", "x", (gint64)sequence);
  g_variant_dict_insert (&dict, "base64", "s", text);
  document = g_variant_ref_sink (g_variant_dict_end (&dict));
  stile_cli_print_json (document);
}

static int
open_message (StileCliKeys *keys, gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileSealer) sealer = stile_cli_keys_make_sealer (keys, FALSE, &error);
  g_autoptr (GBytes) input = sealer != NULL ? stile_cli_keys_read_input (&error) : NULL;
  guint64 sequence = 0;
  g_autoptr (GBytes) data =
      input != NULL ? stile_sealer_open (sealer, input, STILE_BINARY_HTTP_MAX_SIZE, &sequence, &error) : NULL;

  if (data == NULL)
    return stile_cli_fail (error, json);
  if (json)
    print_opened (data, sequence);
  else if (!stile_cli_keys_write_output (data, &error))
    return stile_cli_fail (error, json);

  return STILE_CLI_EXIT_DONE;
}

/**
 * stile_cli_open_run:
 *
 * "stilectl open": opens a sealed message from standard input with given keying material.
 *
 * Returns: the exit status
 */
int
stile_cli_open_run (int argc, char *argv[])
{
  g_auto (StileCliKeys) keys = { 0 };
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "cipher", 0, 0, G_OPTION_ARG_STRING, &keys.cipher, N_ ("The negotiated cipher, as aes128gcm"),
      N_ ("NAME") },
    { "keys", 0, 0, G_OPTION_ARG_STRING, &keys.keys, N_ ("The exported block, in hex"), N_ ("HEX") },
    { "session", 0, 0, G_OPTION_ARG_STRING, &keys.session, N_ ("The session’s id"), N_ ("ID") },
    { "sender", 0, 0, G_OPTION_ARG_STRING, &keys.sender, N_ ("Who sealed it: client or server"),
      N_ ("ROLE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print JSON, with the number of the request"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (!stile_cli_parse ("open", NULL,
                        _ ("Open a sealed message of a session, to compare with another stack."), entries,
                        &argc, &argv))
    return STILE_CLI_EXIT_USAGE;
  if (argc != 1)
    return stile_cli_fail_usage ("open", _ ("it takes no arguments"));

  return open_message (&keys, json);
}
