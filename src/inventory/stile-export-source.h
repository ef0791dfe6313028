/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "inventory/stile-device-fields.h"
#include "inventory/stile-device-store.h"

G_BEGIN_DECLS

/* What somebody else wrote is shown so long; with it each device is a line of a table, and can be read again. */
#define STILE_EXPORT_SOURCE_MAX_MESSAGE 240
#define STILE_EXPORT_SOURCE_MAX_NAME 80

/**
 * StileExportSource:
 * @store: where they are
 * @devices: (element-type StileDevice): as they were when somebody asked, of no one else's
 * @who: (nullable): the technician, as he calls himself
 * @agent: (nullable): the certificate that this station shows
 * @now: Unix seconds
 * @cancellable: (nullable): to stop
 *
 * Devices that are to be told of.  Read in a thread, one after the other.
 */
typedef struct
{
  StileDeviceStore *store;
  GPtrArray *devices;
  char *who;
  StileCertificate *agent;
  gint64 now;
  GCancellable *cancellable;
} StileExportSource;

/**
 * StileExportSourceFacts:
 * @certificate: (nullable): that the registrar gave for it
 * @domain: (nullable): the domain's CA certificate, that the device got or is to get
 * @registrar: (nullable): who signed the CA certificates for it
 * @agent: (nullable): SHA-256 in hex of the certificate of the agent that stood before it
 *
 * What was collected of a device, as far as people are told.  Each was looked at when it came.
 */
typedef struct
{
  StileCertificate *certificate;
  StileCertificate *domain;
  StileCertificate *registrar;
  char *agent;
} StileExportSourceFacts;

StileExportSource *stile_export_source_new (StileDeviceStore *store,
                                            GPtrArray *devices,
                                            const char *who,
                                            StileCertificate *agent,
                                            GCancellable *cancellable);
void stile_export_source_free (StileExportSource *self);

gboolean stile_export_source_read (const StileExportSource *self,
                                   guint index,
                                   StileExportSourceFacts *facts,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant *stile_export_source_list_events (const StileExportSource *self,
                                           guint index,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_export_source_facts_clear (StileExportSourceFacts *facts);
char *stile_export_source_clean (const char *text, glong characters);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StileExportSourceFacts, stile_export_source_facts_clear)

G_END_DECLS
