/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 3339 section 5.6 in full: fractions and offsets too.  Unix seconds, fractions cut off.  Years 0001 to 9999; a leap
 * second counts as the second after.  The error is G_IO_ERROR_INVALID_DATA. */
gboolean stile_date_parse (const char *text, gint64 *unix_seconds, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* "2026-11-25T22:26:32Z". (transfer full) */
char *stile_date_format (gint64 unix_seconds);
/* The Retry-After field of HTTP (RFC 9110 section 10.2.3): seconds, or an HTTP date; seconds from @now, never negative;
 * @fallback for what is neither, at most @limit. */
guint stile_date_parse_retry_after (const char *text, gint64 now, guint fallback, guint limit);

G_END_DECLS
