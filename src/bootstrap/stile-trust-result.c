/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-trust-result.h"

/**
 * StileTrustResult:
 *
 * Whether one program, or some that read the same, trusts the roots now.  Stores make them, faces show them; it does
 * not change.
 */
struct _StileTrustResult
{
  GObject parent_instance;

  char *program;
  StileTrustState state;
  char *sentence;
};

G_DEFINE_FINAL_TYPE (StileTrustResult, stile_trust_result, G_TYPE_OBJECT)

static void
stile_trust_result_finalize (GObject *object)
{
  StileTrustResult *self = STILE_TRUST_RESULT (object);

  g_free (self->program);
  g_free (self->sentence);

  G_OBJECT_CLASS (stile_trust_result_parent_class)->finalize (object);
}

static void
stile_trust_result_class_init (StileTrustResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_trust_result_finalize;
}

static void
stile_trust_result_init (StileTrustResult *self)
{
}

/**
 * stile_trust_result_new:
 * @program: its name, or several with commas between, translated
 * @format: a translated sentence: how it stands, and what to do when it does not
 *
 * Returns: (transfer full): the result
 */
StileTrustResult *
stile_trust_result_new (const char *program, StileTrustState state, const char *format, ...)
{
  StileTrustResult *self = g_object_new (STILE_TYPE_TRUST_RESULT, NULL);
  va_list arguments;

  va_start (arguments, format);
  self->program = g_strdup (program);
  self->state = state;
  self->sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  return self;
}

const char *
stile_trust_result_get_program (StileTrustResult *self)
{
  return self->program;
}

StileTrustState
stile_trust_result_get_state (StileTrustResult *self)
{
  return self->state;
}

/**
 * stile_trust_result_get_sentence:
 *
 * Returns: (transfer none): how it stands, for people
 */
const char *
stile_trust_result_get_sentence (StileTrustResult *self)
{
  return self->sentence;
}

/**
 * stile_trust_result_all_hold:
 * @results: (element-type StileTrustResult): one store's
 *
 * Returns: whether no program that reads the store refuses the roots
 */
gboolean
stile_trust_result_all_hold (GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++)
    if (stile_trust_result_get_state (g_ptr_array_index (results, i)) == STILE_TRUST_FAILS)
      return FALSE;

  return TRUE;
}
