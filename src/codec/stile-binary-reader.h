/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StileBinaryReader:
 * @bytes: what is read, not owned
 * @length: bytes of it
 * @offset: how far reading has come, never past @length
 *
 * Reads the integers and the length-prefixed parts that Binary HTTP consists of.
 */
typedef struct
{
  const guint8 *bytes;
  gsize length;
  gsize offset;
} StileBinaryReader;

gboolean stile_binary_reader_invalid (GError **error, const char *reason);
gboolean stile_binary_reader_at_end (const StileBinaryReader *self);
gboolean stile_binary_reader_read_integer (StileBinaryReader *self,
                                           guint64 *value,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_binary_reader_read_part (StileBinaryReader *self,
                                        StileBinaryReader *part,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_binary_reader_read_string (StileBinaryReader *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_binary_reader_to_string (const StileBinaryReader *part, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
