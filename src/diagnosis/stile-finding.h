/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define STILE_TYPE_FINDING (stile_finding_get_type ())
G_DECLARE_FINAL_TYPE (StileFinding, stile_finding, STILE, FINDING, GObject)

/**
 * StileConfidence:
 * @STILE_CONFIDENCE_UNKNOWN: there is no basis
 * @STILE_CONFIDENCE_OBSERVED: seen once, no judgement
 * @STILE_CONFIDENCE_LIKELY: only this computer's side
 * @STILE_CONFIDENCE_STRONG: the service said so, and it contradicts what this computer saw
 * @STILE_CONFIDENCE_PROVEN: wrong only if a key was stolen or TLS is broken
 *
 * DIAGNOSIS.md, confidence statement.
 */
typedef enum
{
  STILE_CONFIDENCE_UNKNOWN,
  STILE_CONFIDENCE_OBSERVED,
  STILE_CONFIDENCE_LIKELY,
  STILE_CONFIDENCE_STRONG,
  STILE_CONFIDENCE_PROVEN,
} StileConfidence;

const char *stile_finding_name_confidence (StileConfidence confidence);
StileConfidence stile_finding_find_confidence (const char *name);
const char *stile_finding_get_confidence_word (StileConfidence confidence);
const char *stile_finding_describe_confidence (StileConfidence confidence);

StileFinding *stile_finding_new (const char *id,
                                 const char *check,
                                 const char *direction,
                                 StileConfidence confidence,
                                 guint repeated,
                                 const char *sentence,
                                 GVariant *evidence);
const char *stile_finding_get_id (StileFinding *self);
const char *stile_finding_get_check (StileFinding *self);
const char *stile_finding_get_direction (StileFinding *self);
const char *stile_finding_get_leg (StileFinding *self);
void stile_finding_set_leg (StileFinding *self, const char *leg);
StileConfidence stile_finding_get_confidence (StileFinding *self);
guint stile_finding_get_repeated (StileFinding *self);
const char *stile_finding_get_sentence (StileFinding *self);
GVariant *stile_finding_get_evidence (StileFinding *self);

G_END_DECLS
