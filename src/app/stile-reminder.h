/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-enrolment-note.h"

G_BEGIN_DECLS

#define STILE_TYPE_REMINDER (stile_reminder_get_type ())
G_DECLARE_FINAL_TYPE (StileReminder, stile_reminder, STILE, REMINDER, GObject)

/* Signal "due" (StileEnrolmentNote): a certificate should be renewed; told at each look, until it is. */
StileReminder *stile_reminder_new (const char *directory);
void stile_reminder_look (StileReminder *self);
void stile_reminder_renew (StileReminder *self, GType carrier_type, const char *name);

char *stile_reminder_get_title (StileEnrolmentNote *note);
char *stile_reminder_get_text (StileEnrolmentNote *note, gint64 now);

G_END_DECLS
