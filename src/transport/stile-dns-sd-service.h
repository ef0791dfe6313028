/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_DNS_SD_SERVICE (stile_dns_sd_service_get_type ())
G_DECLARE_FINAL_TYPE (StileDnsSdService, stile_dns_sd_service, STILE, DNS_SD_SERVICE, GObject)

/* Octets of an instance's name: it is one label of a DNS name (RFC 6763 section 4.1.1). */
#define STILE_DNS_SD_SERVICE_MAX_NAME 63

/* Characters of a host's name: a DNS name has up to 255 octets, and Avahi writes some as a backslash and three digits. */
#define STILE_DNS_SD_SERVICE_MAX_HOST 1020

StileDnsSdService *stile_dns_sd_service_new (
    const char *name, const char *host, GInetAddress *address, guint32 scope_id, guint16 port);
const char *stile_dns_sd_service_get_name (StileDnsSdService *self);
const char *stile_dns_sd_service_get_host (StileDnsSdService *self);
const char *stile_dns_sd_service_get_address (StileDnsSdService *self);
guint16 stile_dns_sd_service_get_port (StileDnsSdService *self);

gboolean stile_dns_sd_service_check_name (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *stile_dns_sd_service_make_authority (StileDnsSdService *self);

G_END_DECLS
