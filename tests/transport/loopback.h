/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-client.h"
#include "support/test-pki.h"
#include "transport/stile-http-service.h"

G_BEGIN_DECLS

/* A service on 127.0.0.1, in the default main context: what a carrier under test talks to. */
typedef struct
{
  gboolean https;
  TestPki *outer_root; /* signs what the https listener shows */
  TestPki *outer;
  TestPki *root; /* signs who is there inside ATLS */
  TestPki *server;
  TestPki *client;
  StileEndpoint *endpoint;
  StileHttpService *service;
  GSocket *socket; /* that the service listens on */
  char *path;
  char *url; /* with the path */
  guint16 port;
} Loopback;

Loopback *loopback_new (gboolean https, const char *path);
void loopback_free (Loopback *self);
StileCredentials *loopback_make_credentials (Loopback *self);

/* (transfer full): a client over a new carrier, connected. */
StileClient *loopback_connect (Loopback *self, StileMode mode);
void loopback_shake_hands (StileClient *client, GError **error);
StileHttpMessage *
loopback_request (StileClient *client, const char *method, const char *path, GError **error);
void loopback_check_request (StileClient *client);

/* Writes @request as it is and reads until the service closes: "Connection: close" makes it do so. */
char *loopback_talk (Loopback *self, const char *request, gsize length);

/* The same with whoever listens on a port of 127.0.0.1. */
char *loopback_talk_to (guint16 port, const char *request, gsize length);

/* Answers 200 with "METHOD path body". */
#define LOOPBACK_TYPE_HANDLER (loopback_handler_get_type ())
GType loopback_handler_get_type (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Loopback, loopback_free)

G_END_DECLS
