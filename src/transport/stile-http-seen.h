/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "atls/stile-observation.h"
#include "codec/stile-client-hello.h"
#include "transport/stile-http-front.h"

G_BEGIN_DECLS

/**
 * StileHttpSeen:
 * @tls: (nullable): the connection that brought the request
 * @hello: (nullable): what its client offered
 * @own_chain: (nullable) (element-type StileCertificate): what the service shows
 * @front: (nullable): the service's own terminators
 *
 * What a service knows of a connection beside the request.  Borrowed.
 */
typedef struct
{
  GTlsConnection *tls;
  const StileClientHello *hello;
  GPtrArray *own_chain;
  StileHttpFront *front;
} StileHttpSeen;

StileObservation *stile_http_seen_observe (const StileHttpSeen *self, SoupServerMessage *message);

G_END_DECLS
