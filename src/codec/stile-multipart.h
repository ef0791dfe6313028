/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A key and some certificates in base64 (RFC 7030 section 4.4.2). */
#define STILE_MULTIPART_MAX_SIZE (1024 * 1024)

/* A key and its certificates are two; more mean nothing to anybody here. */
#define STILE_MULTIPART_MAX_PARTS 8

/* Fields of one part: type and encoding, and what a gateway adds. */
#define STILE_MULTIPART_MAX_FIELDS 16
#define STILE_MULTIPART_MAX_FIELD_LENGTH 1024

/* RFC 2046 section 5.1.1. */
#define STILE_MULTIPART_MAX_BOUNDARY 70

/**
 * StileMultipartPart:
 * @content_type: (nullable): of the part, as it stands
 * @content: what is in it, without the line break before the boundary; wiped when it goes, for keys travel in it
 *
 * One part of a body.
 */
typedef struct
{
  char *content_type;
  GBytes *content;
} StileMultipartPart;

GPtrArray *
stile_multipart_parse (GBytes *body, const char *content_type, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *stile_multipart_new (void);
void stile_multipart_add (GPtrArray *parts, const char *content_type, GBytes *content);
GBytes *stile_multipart_write (GPtrArray *parts, char **content_type);

G_END_DECLS
