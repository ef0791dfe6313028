/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_ENROLMENT_NOTE (stile_enrolment_note_get_type ())
G_DECLARE_FINAL_TYPE (StileEnrolmentNote, stile_enrolment_note, STILE, ENROLMENT_NOTE, GObject)

#define STILE_ENROLMENT_NOTE_SUFFIX ".enrolment"

/* Enrolments in one directory that are looked at; a gateway has some dozen. */
#define STILE_ENROLMENT_NOTE_MAX_COUNT 1024

/* What a note says, all texts: where the certificate came from, where it and its key are. */
#define STILE_ENROLMENT_NOTE_SERVICE "service"
#define STILE_ENROLMENT_NOTE_LABEL "label"
#define STILE_ENROLMENT_NOTE_PROFILE "profile"
#define STILE_ENROLMENT_NOTE_ANCHORS "anchors"
#define STILE_ENROLMENT_NOTE_PROXY "proxy"
#define STILE_ENROLMENT_NOTE_TRANSPORT "transport"
#define STILE_ENROLMENT_NOTE_KEY "key"
#define STILE_ENROLMENT_NOTE_CERTIFICATE "certificate"
#define STILE_ENROLMENT_NOTE_SUBJECT "subject"
/* Of an enrolment whose answer has not come: the request, in base64. */
#define STILE_ENROLMENT_NOTE_REQUEST "request"

StileEnrolmentNote *stile_enrolment_note_new (const char *path);
StileEnrolmentNote *stile_enrolment_note_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_enrolment_note_save (StileEnrolmentNote *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_enrolment_note_remove (StileEnrolmentNote *self);

const char *stile_enrolment_note_get_path (StileEnrolmentNote *self);
char *stile_enrolment_note_get_name (StileEnrolmentNote *self);
char *stile_enrolment_note_get (StileEnrolmentNote *self, const char *key);
void stile_enrolment_note_set (StileEnrolmentNote *self, const char *key, const char *value);
void stile_enrolment_note_set_certificate (StileEnrolmentNote *self, StileCertificate *certificate);
gint64 stile_enrolment_note_get_until (StileEnrolmentNote *self);
gint64 stile_enrolment_note_get_due (StileEnrolmentNote *self);
gboolean stile_enrolment_note_is_due (StileEnrolmentNote *self, gint64 now);

GPtrArray *stile_enrolment_note_list (const char *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
