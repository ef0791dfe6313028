/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * StileHttpLocalForm:
 * @STILE_HTTP_LOCAL_FORM_PROXY: "GET http://service/path", as to a proxy
 * @STILE_HTTP_LOCAL_FORM_BASE: "GET /TOKEN/path", as to a server
 *
 * How a program asks the local proxy.
 */
typedef enum
{
  STILE_HTTP_LOCAL_FORM_PROXY,
  STILE_HTTP_LOCAL_FORM_BASE,
} StileHttpLocalForm;

typedef struct _StileHttpLocalAddress StileHttpLocalAddress;

StileHttpLocalAddress *stile_http_local_address_new (GUri *service, GSocketAddress *own, const char *token);
void stile_http_local_address_free (StileHttpLocalAddress *self);

const char *stile_http_local_address_get_token (StileHttpLocalAddress *self);
const char *stile_http_local_address_get_service (StileHttpLocalAddress *self);
const char *stile_http_local_address_get_own (StileHttpLocalAddress *self);
char *stile_http_local_address_make_proxy_url (StileHttpLocalAddress *self);
char *stile_http_local_address_make_base_url (StileHttpLocalAddress *self);

StileHttpLocalForm stile_http_local_address_get_form (StileHttpLocalAddress *self, GUri *asked);
gboolean stile_http_local_address_is_service (StileHttpLocalAddress *self, GUri *asked);
gboolean stile_http_local_address_may_ask (StileHttpLocalAddress *self, const char *origin);
char *stile_http_local_address_get_target (StileHttpLocalAddress *self, GUri *asked);
char *stile_http_local_address_localize (StileHttpLocalAddress *self,
                                         StileHttpLocalForm form,
                                         const char *location);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileHttpLocalAddress, stile_http_local_address_free)

G_END_DECLS
