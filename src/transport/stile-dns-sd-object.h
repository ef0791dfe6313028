/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _StileDnsSdObject StileDnsSdObject;

/**
 * StileDnsSdObjectKind:
 * @server: the interface of the daemon that makes it
 * @method: the method that does
 * @interface: its own
 * @said: for its signals; may free it
 * @lost: when it is gone without having been freed; may free it
 */
typedef struct
{
  const char *server;
  const char *method;
  const char *interface;
  void (*said) (gpointer owner, const char *signal, GVariant *arguments);
  void (*lost) (gpointer owner, const GError *error);
} StileDnsSdObjectKind;

void stile_dns_sd_object_make_async (GDBusConnection *connection,
                                     const StileDnsSdObjectKind *kind,
                                     GVariant *arguments,
                                     gpointer owner,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
StileDnsSdObject *stile_dns_sd_object_make_finish (GAsyncResult *result,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_dns_sd_object_free (StileDnsSdObject *self);
GDBusConnection *stile_dns_sd_object_get_connection (StileDnsSdObject *self);
void stile_dns_sd_object_call (StileDnsSdObject *self,
                               const char *method,
                               GVariant *arguments,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileDnsSdObject, stile_dns_sd_object_free)

G_END_DECLS
