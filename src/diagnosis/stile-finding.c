/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-finding.h"

#include <glib/gi18n-lib.h>

/**
 * StileFinding:
 *
 * One thing that the way does to what is sent over it, with what shows it.  A verdict holds any number of them.
 */
struct _StileFinding
{
  GObject parent_instance;

  char *id;
  char *check;     /* the row that it belongs to */
  char *direction; /* "request" or "response" */
  char *leg;       /* "client-box" or "path" */
  StileConfidence confidence;
  guint repeated;
  char *sentence;
  GVariant *evidence; /* a{sv} */
};

G_DEFINE_FINAL_TYPE (StileFinding, stile_finding, G_TYPE_OBJECT)

static const struct
{
  const char *name; /* as in a report */
  const char *word;
  const char *meaning;
} confidences[] = {
  [STILE_CONFIDENCE_UNKNOWN] = { "unknown", N_ ("Unknown"), N_ ("Not enough came back to say.") },
  [STILE_CONFIDENCE_OBSERVED] = { "observed", N_ ("Observed"), N_ ("It was seen once, and proves nothing.") },
  [STILE_CONFIDENCE_LIKELY] = { "likely", N_ ("Likely"),
                                N_ ("Only this computer’s side is known: the service could not be asked.") },
  [STILE_CONFIDENCE_STRONG] = { "strong", N_ ("Strong"),
                                N_ ("Several things that were seen say so, and nothing speaks against it.") },
  [STILE_CONFIDENCE_PROVEN] = { "proven", N_ ("Proven"),
                                N_ ("It is wrong only if a private key was stolen, or TLS is broken.") },
};

static void
stile_finding_finalize (GObject *object)
{
  StileFinding *self = STILE_FINDING (object);

  g_free (self->id);
  g_free (self->check);
  g_free (self->direction);
  g_free (self->leg);
  g_free (self->sentence);
  g_variant_unref (self->evidence);

  G_OBJECT_CLASS (stile_finding_parent_class)->finalize (object);
}

static void
stile_finding_class_init (StileFindingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_finding_finalize;
}

static void
stile_finding_init (StileFinding *self)
{
}

/**
 * stile_finding_name_confidence:
 *
 * Returns: (transfer none): the word for it in a report, in no language
 */
const char *
stile_finding_name_confidence (StileConfidence confidence)
{
  return confidences[confidence].name;
}

/**
 * stile_finding_find_confidence:
 * @name: (nullable): as stile_finding_name_confidence() gives it
 *
 * Returns: the confidence; %STILE_CONFIDENCE_UNKNOWN for a name that is none
 */
StileConfidence
stile_finding_find_confidence (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (confidences); i++)
    if (g_strcmp0 (confidences[i].name, name) == 0)
      return i;

  return STILE_CONFIDENCE_UNKNOWN;
}

/**
 * stile_finding_get_confidence_word:
 *
 * Returns: (transfer none): a word for people
 */
const char *
stile_finding_get_confidence_word (StileConfidence confidence)
{
  return _ (confidences[confidence].word);
}

/**
 * stile_finding_describe_confidence:
 *
 * Returns: (transfer none): what that word means, for people
 */
const char *
stile_finding_describe_confidence (StileConfidence confidence)
{
  return _ (confidences[confidence].meaning);
}

/**
 * stile_finding_new:
 * @id: one of the names of DIAGNOSIS.md
 * @check: the id of the check whose row it belongs to
 * @direction: "request" or "response"
 * @repeated: how often it was seen
 * @sentence: for people
 * @evidence: (nullable): a{sv}, what shows it; if floating it is taken over
 *
 * Returns: (transfer full): a finding somewhere on the path
 */
StileFinding *
stile_finding_new (const char *id,
                   const char *check,
                   const char *direction,
                   StileConfidence confidence,
                   guint repeated,
                   const char *sentence,
                   GVariant *evidence)
{
  StileFinding *self = g_object_new (STILE_TYPE_FINDING, NULL);

  self->id = g_strdup (id);
  self->check = g_strdup (check);
  self->direction = g_strdup (direction);
  self->leg = g_strdup ("path");
  self->confidence = confidence;
  self->repeated = repeated;
  self->sentence = g_strdup (sentence);
  self->evidence = g_variant_ref_sink (
      evidence != NULL ? evidence : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));

  return self;
}

const char *
stile_finding_get_id (StileFinding *self)
{
  return self->id;
}

const char *
stile_finding_get_check (StileFinding *self)
{
  return self->check;
}

const char *
stile_finding_get_direction (StileFinding *self)
{
  return self->direction;
}

/**
 * stile_finding_get_leg:
 *
 * Returns: (transfer none): "client-box" for what happens between this computer and the nearest box, "path" where nobody can
 *   say where
 */
const char *
stile_finding_get_leg (StileFinding *self)
{
  return self->leg;
}

void
stile_finding_set_leg (StileFinding *self, const char *leg)
{
  g_free (self->leg);
  self->leg = g_strdup (leg);
}

StileConfidence
stile_finding_get_confidence (StileFinding *self)
{
  return self->confidence;
}

guint
stile_finding_get_repeated (StileFinding *self)
{
  return self->repeated;
}

const char *
stile_finding_get_sentence (StileFinding *self)
{
  return self->sentence;
}

/**
 * stile_finding_get_evidence:
 *
 * Returns: (transfer none): a{sv}, perhaps empty: numbers and names, no prose
 */
GVariant *
stile_finding_get_evidence (StileFinding *self)
{
  return self->evidence;
}
