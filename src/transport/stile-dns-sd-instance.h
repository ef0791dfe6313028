/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "transport/stile-dns-sd-service.h"

G_BEGIN_DECLS

/* Ways to one instance that are remembered: a computer with more links, times two protocols, finds it by the first ones. */
#define STILE_DNS_SD_INSTANCE_MAX_WAYS 16

/* Times that one way is asked where it leads: a question may get lost on a wireless link. */
#define STILE_DNS_SD_INSTANCE_MAX_TRIES 2

typedef struct
{
  guint id; /* never the same again, when it goes and comes back */
  int interface;
  int protocol;
  guint failures; /* to find out where it leads */
} StileDnsSdWay;

typedef struct _StileDnsSdInstance StileDnsSdInstance;

StileDnsSdInstance *stile_dns_sd_instance_new (const char *name);
StileDnsSdInstance *stile_dns_sd_instance_ref (StileDnsSdInstance *self);
void stile_dns_sd_instance_unref (StileDnsSdInstance *self);
const char *stile_dns_sd_instance_get_name (StileDnsSdInstance *self);
void stile_dns_sd_instance_add (StileDnsSdInstance *self, int interface, int protocol);
void stile_dns_sd_instance_remove (StileDnsSdInstance *self, int interface, int protocol);
gboolean stile_dns_sd_instance_is_gone (StileDnsSdInstance *self);
const StileDnsSdWay *stile_dns_sd_instance_begin (StileDnsSdInstance *self);
void stile_dns_sd_instance_end (StileDnsSdInstance *self, StileDnsSdService *service);
StileDnsSdService *stile_dns_sd_instance_get_service (StileDnsSdInstance *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileDnsSdInstance, stile_dns_sd_instance_unref)

G_END_DECLS
