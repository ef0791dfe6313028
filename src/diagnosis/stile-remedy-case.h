/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-remedy.h"

G_BEGIN_DECLS

/**
 * StileRemedyCase:
 * @signals: what was found out
 * @verdict: what it amounts to
 * @remedies: (element-type StileRemedy): what can be done, so far
 */
typedef struct
{
  StileSignals *signals;
  StileVerdict *verdict;
  GPtrArray *remedies;
} StileRemedyCase;

void stile_remedy_case_add (
    StileRemedyCase *self, const char *id, const char *audience, const char *title, char *text, char *copy);
gboolean stile_remedy_case_is_up (StileRemedyCase *self);
gboolean stile_remedy_case_is_denied (StileRemedyCase *self);
StileFinding *stile_remedy_case_find (StileRemedyCase *self, const char *id);
char *stile_remedy_case_name_authority (StileRemedyCase *self);
char *stile_remedy_case_name_file (StileRemedyCase *self);
char *stile_remedy_case_make_safe (const char *name);
char *stile_remedy_case_group (const char *digest);
char *stile_remedy_case_show_fingerprint (StileRemedyCase *self);

G_END_DECLS
