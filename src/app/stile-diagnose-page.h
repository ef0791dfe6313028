/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "diagnosis/stile-diagnosis-history.h"
#include "diagnosis/stile-diagnosis.h"

G_BEGIN_DECLS

#define STILE_TYPE_DIAGNOSE_PAGE (stile_diagnose_page_get_type ())
G_DECLARE_FINAL_TYPE (StileDiagnosePage, stile_diagnose_page, STILE, DIAGNOSE_PAGE, GtkWidget)

/**
 * StileDiagnoseSetup:
 * @address: (nullable): what stands in the entry at first
 * @proxy: (nullable): as a profile has it
 * @anchors: (nullable): a PEM file of those who vouch for the service inside ATLS
 * @certificate: (nullable): a PEM file, or a PKCS #11 URI, of whom to show there
 * @key: (nullable): its key
 * @folder: where reports of before are kept
 * @known: (nullable): the file of authorities that are meant to be there; %NULL for the user's own
 *
 * What a diagnosis needs to know beside its address.  Borrowed.
 */
typedef struct
{
  const char *address;
  const char *proxy;
  const char *anchors;
  const char *certificate;
  const char *key;
  const char *folder;
  const char *known;
} StileDiagnoseSetup;

void stile_diagnose_page_set_up (StileDiagnosePage *self, const StileDiagnoseSetup *setup);
void stile_diagnose_page_set_reports_kept (StileDiagnosePage *self, guint count);
void stile_diagnose_page_run (StileDiagnosePage *self, const char *address);
void stile_diagnose_page_show (StileDiagnosePage *self, StileReport *report);
StileReport *stile_diagnose_page_get_report (StileDiagnosePage *self);

G_END_DECLS
