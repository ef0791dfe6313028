/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-bootstrap.h"
#include "support/test-carrier.h"

G_BEGIN_DECLS

/* A job with everything that it needs: a manufacturer, a domain, a middlebox, a device, a service, two stores. */
typedef struct
{
  char *directory;
  TestPki *manufacturer;
  TestPki *service;
  TestPki *device;
  TestPki *domain;
  TestPki *box; /* signed by the domain */
  TestPki *stranger;
  TestPki *stranger_box;
  StileProfile *profile;
  GListStore *stores;
  StileTrustStore *own;
  StileTrustStore *file;
  char *file_path;
  StileBootstrap *job;
  GString *changes; /* "service:running service:complete …" */
} Walk;

void walk_set_up (Walk *self, gconstpointer data);
void walk_tear_down (Walk *self, gconstpointer data);

/* A service that hands out @roots, or has no EST when there are none. */
StileHandler *walk_make_handler (Walk *self, GPtrArray *roots, gboolean observes);
void walk_start_service (Walk *self, StileHandler *handler, TestPki *identity, const char *protocol);

gboolean walk_run (Walk *self, StileBootstrapStep until, GCancellable *cancellable, GError **error);
void walk_expect_failure (Walk *self, StileBootstrapStep step, int code);
void walk_expect_complete (Walk *self, StileBootstrapStep last);

G_END_DECLS
