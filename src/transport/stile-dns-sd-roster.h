/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define STILE_TYPE_DNS_SD_ROSTER (stile_dns_sd_roster_get_type ())
G_DECLARE_FINAL_TYPE (StileDnsSdRoster, stile_dns_sd_roster, STILE, DNS_SD_ROSTER, GObject)

/* Instances that are remembered: a full hall of devices has some hundred, and anybody on the link may announce more. */
#define STILE_DNS_SD_ROSTER_MAX_SERVICES 1000

StileDnsSdRoster *
stile_dns_sd_roster_new (GListStore *services, GDBusConnection *connection, const char *type);
void stile_dns_sd_roster_add (StileDnsSdRoster *self, const char *name, int interface, int protocol);
void stile_dns_sd_roster_remove (StileDnsSdRoster *self, const char *name, int interface, int protocol);
void stile_dns_sd_roster_close (StileDnsSdRoster *self);
gboolean stile_dns_sd_roster_is_asking (StileDnsSdRoster *self);
gboolean stile_dns_sd_roster_is_full (StileDnsSdRoster *self);

G_END_DECLS
