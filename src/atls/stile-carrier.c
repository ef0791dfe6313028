/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-carrier.h"

#include "atls/stile-identity.h"

/**
 * StileCarrier:
 *
 * What takes bytes to a peer and brings back its answer: the one seam between the protocol and the network.  HTTP,
 * CoAP and the tests' fakes implement it.  A carrier carries one ATLS session at a time and keeps the peer's way of
 * telling sessions apart (a cookie, a path) to itself.
 *
 * Every implementation has four construct properties, so that a job can be handed the type of a carrier instead of a
 * factory: #StileCarrier:service and #StileCarrier:proxy, and for requests without ATLS #StileCarrier:anchors and
 * #StileCarrier:identity.
 */
G_DEFINE_INTERFACE (StileCarrier, stile_carrier, G_TYPE_OBJECT)

static void
stile_carrier_default_init (StileCarrierInterface *iface)
{
  /**
   * StileCarrier:service:
   *
   * The service's URL; its path is where flights go, or empty for the default.
   */
  g_object_interface_install_property (
      iface, g_param_spec_string ("service", NULL, NULL, NULL,
                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));

  /**
   * StileCarrier:proxy:
   *
   * The URL of the proxy to use, "none" for none, or %NULL for what the desktop says.
   */
  g_object_interface_install_property (
      iface, g_param_spec_string ("proxy", NULL, NULL, NULL,
                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));

  /**
   * StileCarrier:anchors: (element-type StileCertificate)
   *
   * Whom requests without ATLS believe, and nobody else; %NULL for the system's store.  ATLS itself never looks at it.
   */
  g_object_interface_install_property (
      iface, g_param_spec_boxed ("anchors", NULL, NULL, G_TYPE_PTR_ARRAY,
                                 G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));

  /**
   * StileCarrier:identity:
   *
   * Who asks in requests without ATLS, when the service wants to know; %NULL for nobody.
   */
  g_object_interface_install_property (
      iface, g_param_spec_object ("identity", NULL, NULL, STILE_TYPE_IDENTITY,
                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

/**
 * stile_carrier_exchange_async:
 * @kind: what @body is
 * @body: what to carry, whole
 *
 * Takes @body to the service, over whatever lies between: a transport that cannot be trusted is good enough.  The
 * same bytes may go out again when a connection broke; the service answers them once.
 */
void
stile_carrier_exchange_async (StileCarrier *self,
                              StileMessageKind kind,
                              GBytes *body,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  STILE_CARRIER_GET_IFACE (self)->exchange_async (self, kind, body, cancellable, callback, user_data);
}

/**
 * stile_carrier_exchange_finish:
 *
 * Returns: (transfer full): the answer's body, of the same kind; it may be empty.  %STILE_ERROR_NOT_ATLS when
 *   something else answered, and then the message says what.
 */
GBytes *
stile_carrier_exchange_finish (StileCarrier *self, GAsyncResult *result, GError **error)
{
  return STILE_CARRIER_GET_IFACE (self)->exchange_finish (self, result, error);
}

/**
 * stile_carrier_inspect_async:
 * @anchors: (nullable): a PEM file of the only CAs to believe, or %NULL for the system's store
 *
 * Makes a new connection to the service's address as any other program would, and looks at what answers.
 */
void
stile_carrier_inspect_async (StileCarrier *self,
                             const char *anchors,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  STILE_CARRIER_GET_IFACE (self)->inspect_async (self, anchors, cancellable, callback, user_data);
}

/**
 * stile_carrier_inspect_finish:
 *
 * Returns: (transfer full): what was seen; a chain that does not validate is in it, and no error
 */
StileObservation *
stile_carrier_inspect_finish (StileCarrier *self, GAsyncResult *result, GError **error)
{
  return STILE_CARRIER_GET_IFACE (self)->inspect_finish (self, result, error);
}

/**
 * stile_carrier_request_async:
 * @request: what to ask, with path and fields; scheme and authority are the service's
 *
 * Asks the service without ATLS, over a connection that #StileCarrier:anchors vouch for, or not at all: BRSKI between
 * registrar and MASA, and the policy "when intercepted" of PROTOCOL section 4.  Redirects are not followed.
 */
void
stile_carrier_request_async (StileCarrier *self,
                             StileHttpMessage *request,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  STILE_CARRIER_GET_IFACE (self)->request_async (self, request, cancellable, callback, user_data);
}

/**
 * stile_carrier_request_finish:
 *
 * Returns: (transfer full): the answer, whatever its status.  %STILE_ERROR_UNTRUSTED with the reason when the service is
 *   not believed; then it has seen nothing of the request.
 */
StileHttpMessage *
stile_carrier_request_finish (StileCarrier *self, GAsyncResult *result, GError **error)
{
  return STILE_CARRIER_GET_IFACE (self)->request_finish (self, result, error);
}

/**
 * stile_carrier_get_host:
 *
 * Returns: (transfer none): the host of the service's URL, which its ATLS certificate must be for
 */
const char *
stile_carrier_get_host (StileCarrier *self)
{
  return STILE_CARRIER_GET_IFACE (self)->get_host (self);
}

/**
 * stile_carrier_get_session_id:
 *
 * Returns: (transfer full) (nullable): the raw bytes of the id that the service gave the session, or %NULL when it
 *   gave none of %STILE_SEALER_ID_SIZE bytes: a plain ATLS peer
 */
GBytes *
stile_carrier_get_session_id (StileCarrier *self)
{
  return STILE_CARRIER_GET_IFACE (self)->get_session_id (self);
}

/**
 * stile_carrier_get_observation:
 *
 * Returns: (transfer none) (nullable): what the last exchange showed of the transport
 */
StileObservation *
stile_carrier_get_observation (StileCarrier *self)
{
  return STILE_CARRIER_GET_IFACE (self)->get_observation (self);
}

/**
 * stile_carrier_forget_session:
 *
 * Drops cookies and paths, so that the next flight begins a new session.
 */
void
stile_carrier_forget_session (StileCarrier *self)
{
  STILE_CARRIER_GET_IFACE (self)->forget_session (self);
}

/**
 * stile_carrier_get_peer_certificate:
 *
 * Returns: (transfer none) (nullable): what whoever answered the last request showed and was believed with; %NULL when no
 *   request was answered, or when this carrier does not say
 */
StileCertificate *
stile_carrier_get_peer_certificate (StileCarrier *self)
{
  StileCarrierInterface *iface = STILE_CARRIER_GET_IFACE (self);

  return iface->get_peer_certificate != NULL ? iface->get_peer_certificate (self) : NULL;
}
