/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-exchange.h"
#include "codec/stile-certificate-request.h"

G_BEGIN_DECLS

/**
 * StileEstGate:
 * @renewing: the client showed a certificate of the domain's, which the server has verified, and wants it renewed
 * @device_issuer: (out) (nullable) (transfer full): hex of who issued the IDevID of that device, where it is known: serial
 *   numbers alone are no names
 * @device_serial: (out) (nullable) (transfer full): the device that the client has proved to be
 * @status: (out): 401, 403, 404, 503; 202 while somebody decides
 * @sentence: (out) (transfer full): why not, for a person
 *
 * Who may enrol.  Called in any thread, several at once; may take its time.
 *
 * Returns: whether it may, else @status and @sentence are set
 */
typedef gboolean (*StileEstGate) (StileExchange *exchange,
                                  StileCertificateRequest *request,
                                  gboolean renewing,
                                  char **device_issuer,
                                  char **device_serial,
                                  guint *status,
                                  char **sentence,
                                  gpointer user_data);

G_END_DECLS
