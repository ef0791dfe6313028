/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A record, whether on one line or, in quotation marks, on several.  More than all fields at their longest have. */
#define STILE_CSV_MAX_RECORD_SIZE 4096

typedef struct _StileCsvReader StileCsvReader;

StileCsvReader *stile_csv_reader_new (const char *data, gsize length);
void stile_csv_reader_free (StileCsvReader *self);

gboolean stile_csv_reader_next (StileCsvReader *self);
guint stile_csv_reader_get_line (StileCsvReader *self);
const char *stile_csv_reader_get_record (StileCsvReader *self, gsize *length);
GPtrArray *stile_csv_reader_get_fields (StileCsvReader *self);
const char *stile_csv_reader_get_problem (StileCsvReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileCsvReader, stile_csv_reader_free)

G_END_DECLS
