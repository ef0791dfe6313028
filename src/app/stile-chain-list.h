/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_CHAIN_LIST (stile_chain_list_get_type ())
G_DECLARE_FINAL_TYPE (StileChainList, stile_chain_list, STILE, CHAIN_LIST, GtkWidget)

void stile_chain_list_set_open (StileChainList *self, gboolean open);
void stile_chain_list_show (StileChainList *self, GPtrArray *certificates, StileCertificate *inspecting);

G_END_DECLS
