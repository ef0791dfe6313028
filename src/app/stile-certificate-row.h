/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_CERTIFICATE_ROW (stile_certificate_row_get_type ())
G_DECLARE_FINAL_TYPE (StileCertificateRow, stile_certificate_row, STILE, CERTIFICATE_ROW, AdwExpanderRow)

GtkWidget *stile_certificate_row_new (StileCertificate *certificate);
void stile_certificate_row_set_mark (StileCertificateRow *self, const char *text);
void stile_certificate_row_set_detail (StileCertificateRow *self, const char *text);
char *stile_certificate_row_group_fingerprint (const char *fingerprint);

G_END_DECLS
