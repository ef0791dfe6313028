/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-check.h"
#include "diagnosis/stile-path.h"
#include "diagnosis/stile-remedy.h"

G_BEGIN_DECLS

#define STILE_TYPE_REPORT (stile_report_get_type ())
G_DECLARE_FINAL_TYPE (StileReport, stile_report, STILE, REPORT, GObject)

#define STILE_REPORT_SCHEMA "atls-path-report/1"

/* Two dozen connections with a chain each; what is larger is no report. */
#define STILE_REPORT_MAX_SIZE (4 * 1024 * 1024)

StileReport *stile_report_new (StileSignals *signals, StileVerdict *verdict, GListModel *checks);
StileReport *stile_report_new_from_json (GBytes *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileReport *stile_report_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileReport *stile_report_redact (StileReport *self);
GPtrArray *stile_report_list_private (StileReport *self);

/* The whole document, a{sv}: docs/report.md has its members. (transfer none) */
GVariant *stile_report_get_document (StileReport *self);
GDateTime *stile_report_get_created (StileReport *self);
const char *stile_report_get_url (StileReport *self);
const char *stile_report_get_path_class (StileReport *self);
const char *stile_report_get_confidence (StileReport *self);
const char *stile_report_get_sentence (StileReport *self);
const char *stile_report_get_confidence_sentence (StileReport *self);
StilePath *stile_report_get_path (StileReport *self);
GPtrArray *stile_report_get_remedies (StileReport *self);
GListModel *stile_report_get_checks (StileReport *self);
gboolean stile_report_is_redacted (StileReport *self);

/* Lists of the document, or of a part of it. */
guint stile_report_count (GVariant *object, const char *member);
GVariant *stile_report_get_item (GVariant *object, const char *member, guint index);

char *stile_report_to_json (StileReport *self);
char *stile_report_to_html (StileReport *self);
gboolean stile_report_save (StileReport *self, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
