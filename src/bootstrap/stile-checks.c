/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-checks.h"

#include <string.h>

#include "codec/stile-certificate-text.h"

typedef struct
{
  char *id;
  StileCheckResult result;
  char *sentence;
} Check;

/**
 * StileChecks:
 *
 * The evidence of one judgement: what was looked at, in order, and how it ended.  Whoever judges fills it in, and the
 * page, the log and "stilectl voucher verify" show it; it decides nothing.
 */
struct _StileChecks
{
  GObject parent_instance;

  GPtrArray *list; /* of Check */
};

G_DEFINE_FINAL_TYPE (StileChecks, stile_checks, G_TYPE_OBJECT)

static void
check_free (gpointer data)
{
  Check *check = data;

  g_free (check->id);
  g_free (check->sentence);
  g_free (check);
}

static void
stile_checks_finalize (GObject *object)
{
  StileChecks *self = STILE_CHECKS (object);

  g_ptr_array_unref (self->list);

  G_OBJECT_CLASS (stile_checks_parent_class)->finalize (object);
}

static void
stile_checks_class_init (StileChecksClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_checks_finalize;
}

static void
stile_checks_init (StileChecks *self)
{
  self->list = g_ptr_array_new_with_free_func (check_free);
}

/**
 * stile_checks_new:
 *
 * Returns: (transfer full): no checks yet
 */
StileChecks *
stile_checks_new (void)
{
  return g_object_new (STILE_TYPE_CHECKS, NULL);
}

static const char *
add (StileChecks *self, const char *id, StileCheckResult result, const char *format, va_list arguments)
    G_GNUC_PRINTF (4, 0);

static const char *
add (StileChecks *self, const char *id, StileCheckResult result, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  Check *check = g_new0 (Check, 1);

  check->id = g_strdup (id);
  check->result = result;
  /* Sentences quote what is judged, and go to terminals, logs and pages. */
  check->sentence = stile_certificate_text_make_presentable (text, strlen (text));
  g_ptr_array_add (self->list, check);

  return check->sentence;
}

/**
 * stile_checks_pass:
 * @id: of the check, "P8"
 * @format: what was found, a sentence for people
 *
 * Returns: %TRUE
 */
gboolean
stile_checks_pass (StileChecks *self, const char *id, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  add (self, id, STILE_CHECK_PASSED, format, arguments);
  va_end (arguments);

  return TRUE;
}

/**
 * stile_checks_note:
 * @id: of the check
 * @format: what was let through and why, a sentence for people
 *
 * Returns: %TRUE
 */
gboolean
stile_checks_note (StileChecks *self, const char *id, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  add (self, id, STILE_CHECK_NOTED, format, arguments);
  va_end (arguments);

  return TRUE;
}

/**
 * stile_checks_skip:
 * @id: of the check
 * @format: why it could not be made, a sentence for people
 *
 * Returns: %TRUE
 */
gboolean
stile_checks_skip (StileChecks *self, const char *id, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  add (self, id, STILE_CHECK_SKIPPED, format, arguments);
  va_end (arguments);

  return TRUE;
}

/**
 * stile_checks_refuse:
 * @id: of the check
 * @error: gets "ID: sentence"
 * @code: the caller's next move
 * @format: what is wrong, a sentence for people
 *
 * Returns: %FALSE
 */
gboolean
stile_checks_refuse (
    StileChecks *self, const char *id, GError **error, StileErrorCode code, const char *format, ...)
{
  const char *sentence;
  va_list arguments;

  va_start (arguments, format);
  sentence = add (self, id, STILE_CHECK_REFUSED, format, arguments);
  va_end (arguments);

  g_set_error (error, STILE_ERROR, (int)code, "%s: %s", id, sentence);
  return FALSE;
}

/**
 * stile_checks_get_n:
 *
 * Returns: how many checks there are
 */
guint
stile_checks_get_n (StileChecks *self)
{
  return self->list->len;
}

static const Check *
nth (StileChecks *self, guint index)
{
  g_return_val_if_fail (index < self->list->len, NULL);

  return g_ptr_array_index (self->list, index);
}

/**
 * stile_checks_get_id:
 * @index: from 0, in the order in which they were made
 *
 * Returns: (transfer none): the check's id
 */
const char *
stile_checks_get_id (StileChecks *self, guint index)
{
  return nth (self, index)->id;
}

/**
 * stile_checks_get_result:
 * @index: from 0
 *
 * Returns: how the check ended
 */
StileCheckResult
stile_checks_get_result (StileChecks *self, guint index)
{
  return nth (self, index)->result;
}

/**
 * stile_checks_get_sentence:
 * @index: from 0
 *
 * Returns: (transfer none): what was found, in words for people
 */
const char *
stile_checks_get_sentence (StileChecks *self, guint index)
{
  return nth (self, index)->sentence;
}

/**
 * stile_checks_get_refused:
 *
 * Returns: (transfer none) (nullable): the id of the first check that refused
 */
const char *
stile_checks_get_refused (StileChecks *self)
{
  for (guint i = 0; i < self->list->len; i++)
    if (nth (self, i)->result == STILE_CHECK_REFUSED)
      return nth (self, i)->id;

  return NULL;
}

/**
 * stile_checks_get_result_name:
 *
 * Returns: (transfer none): the result's name in JSON
 */
const char *
stile_checks_get_result_name (StileCheckResult result)
{
  static const char *const names[] = {
    [STILE_CHECK_PASSED] = "passed",
    [STILE_CHECK_NOTED] = "noted",
    [STILE_CHECK_SKIPPED] = "skipped",
    [STILE_CHECK_REFUSED] = "refused",
  };

  g_return_val_if_fail ((guint)result < G_N_ELEMENTS (names), NULL);

  return names[result];
}

/**
 * stile_checks_to_variant:
 *
 * Returns: (transfer floating): an aa{sv}, in order, for stile_json_print(): check, result and sentence
 */
GVariant *
stile_checks_to_variant (StileChecks *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < self->list->len; i++)
    {
      const Check *check = nth (self, i);

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&builder, "{sv}", "check", g_variant_new_string (check->id));
      g_variant_builder_add (&builder, "{sv}", "result",
                             g_variant_new_string (stile_checks_get_result_name (check->result)));
      g_variant_builder_add (&builder, "{sv}", "sentence", g_variant_new_string (check->sentence));
      g_variant_builder_close (&builder);
    }

  return g_variant_builder_end (&builder);
}
