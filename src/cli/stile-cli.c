/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "atls/stile-error.h"
#include "codec/stile-json.h"

static int
exit_status (const GError *error)
{
  static const int table[] = {
    [STILE_ERROR_FAILED] = STILE_CLI_EXIT_FAILED,
    [STILE_ERROR_SETTINGS] = STILE_CLI_EXIT_SETTINGS,
    [STILE_ERROR_UNREACHABLE] = STILE_CLI_EXIT_UNREACHABLE,
    [STILE_ERROR_RETRY] = STILE_CLI_EXIT_RETRY,
    [STILE_ERROR_NOT_ATLS] = STILE_CLI_EXIT_NOT_ATLS,
    [STILE_ERROR_UNTRUSTED] = STILE_CLI_EXIT_UNTRUSTED,
    [STILE_ERROR_REFUSED] = STILE_CLI_EXIT_REFUSED,
    [STILE_ERROR_PROTOCOL] = STILE_CLI_EXIT_PROTOCOL,
    [STILE_ERROR_EXPIRED] = STILE_CLI_EXIT_RETRY,
    [STILE_ERROR_LIMIT] = STILE_CLI_EXIT_PROTOCOL,
    [STILE_ERROR_CANCELLED] = STILE_CLI_EXIT_CANCELLED,
  };

  if (stile_error_is_cancelled (error))
    return STILE_CLI_EXIT_CANCELLED;
  if (error->domain != STILE_ERROR)
    return STILE_CLI_EXIT_FAILED;

  return table[error->code];
}

/**
 * stile_cli_fail:
 * @error: what happened
 * @json: whether a program is reading standard output
 *
 * Says what happened and what to do next.
 *
 * Returns: the exit status
 */
int
stile_cli_fail (const GError *error, gboolean json)
{
  if (json)
    {
      GVariantDict details;
      GVariantDict document;
      g_autoptr (GVariant) variant = NULL;

      g_variant_dict_init (&details, NULL);
      g_variant_dict_insert (&details, "code", "s", stile_error_get_name (error));
      g_variant_dict_insert (&details, "message", "s", error->message);
      g_variant_dict_insert (&details, "next_step", "s", stile_error_get_next_step (error));
      g_variant_dict_init (&document, NULL);
      g_variant_dict_insert_value (&document, "error", g_variant_dict_end (&details));
      variant = g_variant_ref_sink (g_variant_dict_end (&document));
      stile_cli_print_json (variant);
    }
  g_printerr ("stilectl: %s\n%s\n", error->message, stile_error_get_next_step (error));

  return exit_status (error);
}

/**
 * stile_cli_fail_usage:
 *
 * Returns: the exit status
 */
int
stile_cli_fail_usage (const char *verb, const char *message)
{
  g_printerr (_ ("stilectl %s: %s\nTry stilectl %s --help.\n"), verb, message, verb);
  return STILE_CLI_EXIT_USAGE;
}

/**
 * stile_cli_print_json:
 *
 * Prints @document on a line of its own.
 */
void
stile_cli_print_json (GVariant *document)
{
  g_autofree char *text = stile_json_print (document, FALSE);

  g_print ("%s\n", text);
}

/**
 * stile_cli_parse:
 * @arguments: (nullable): what follows the options, for the help
 *
 * Returns: whether the options made sense; else it has said why not
 */
gboolean
stile_cli_parse (const char *verb,
                 const char *arguments,
                 const char *summary,
                 const GOptionEntry *entries,
                 int *argc,
                 char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("stilectl %s", verb);

  g_set_prgname (name);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, summary);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;

  stile_cli_fail_usage (verb, error->message);
  return FALSE;
}

static gboolean
interrupt_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

/**
 * stile_cli_watch_interrupt:
 *
 * Returns: (transfer full): is cancelled when somebody presses Ctrl+C or asks the process to end
 */
GCancellable *
stile_cli_watch_interrupt (void)
{
  GCancellable *cancellable = g_cancellable_new ();

  g_unix_signal_add_full (G_PRIORITY_DEFAULT, SIGINT, interrupt_cb, g_object_ref (cancellable),
                          g_object_unref);
  g_unix_signal_add_full (G_PRIORITY_DEFAULT, SIGTERM, interrupt_cb, g_object_ref (cancellable),
                          g_object_unref);

  return cancellable;
}

/**
 * stile_cli_set_enum:
 * @property: of @profile
 * @text: (nullable): a value's name; nothing changes when it is %NULL
 */
gboolean
stile_cli_set_enum (StileProfile *profile, const char *property, const char *text, GError **error)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (profile), property);
  g_autoptr (GEnumClass) klass = g_type_class_ref (spec->value_type);
  GEnumValue *value = text != NULL ? g_enum_get_value_by_nick (klass, text) : NULL;

  if (value != NULL)
    g_object_set (profile, property, value->value, NULL);
  if (value != NULL || text == NULL)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is no value for %s"), text, property);
  return FALSE;
}
