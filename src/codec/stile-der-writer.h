/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-der.h"

G_BEGIN_DECLS

/* Each appends one value in DER. */
void stile_der_writer_append (GByteArray *out, guint8 tag, const guint8 *contents, gsize length);
void stile_der_writer_append_array (GByteArray *out, guint8 tag, GByteArray *contents);
void stile_der_writer_append_bytes (GByteArray *out, guint8 tag, GBytes *contents);
void stile_der_writer_append_integer (GByteArray *out, guint value);
gboolean stile_der_writer_append_oid (GByteArray *out, const char *oid);
void stile_der_writer_append_set_of (GByteArray *out, guint8 tag, GPtrArray *elements);

G_END_DECLS
