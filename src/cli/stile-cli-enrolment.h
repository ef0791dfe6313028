/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-enrolment.h"

G_BEGIN_DECLS

/* What "stilectl est" and "stilectl renew" do alike. */
char *stile_cli_enrolment_get_directory (void);
GBytes *stile_cli_enrolment_get_pin (void);
gboolean stile_cli_enrolment_read_subject (const char *subject,
                                           char **common_name,
                                           char **serial_number,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_cli_enrolment_make_key_pem (GBytes *der);
void stile_cli_enrolment_set_path (StileEnrolmentNote *note, const char *key, const char *path);
void stile_cli_enrolment_waiting_cb (StileEstClient *client, gint64 until, gpointer user_data);
gboolean stile_cli_enrolment_run (StileEnrolment *job,
                                  GCancellable *cancellable,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

void stile_cli_enrolment_print (StileEnrolment *job, gboolean json);
void stile_cli_enrolment_print_chain (GPtrArray *chain);
void stile_cli_enrolment_print_attributes (StileCsrAttributes *attributes, gboolean json);
void stile_cli_enrolment_print_json (GPtrArray *certificates, StileChecks *checks, StileEnrolmentNote *note);
GVariant *stile_cli_enrolment_to_variant (StileEnrolmentNote *note, gint64 now);

G_END_DECLS
