/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-fleet.h"

#include <string.h>

#include "bench/bench-figure.h"
#include "bootstrap/stile-enrolment.h"
#include "bootstrap/stile-pledge.h"
#include "codec/stile-binary-http.h"
#include "transport/stile-http-carrier.h"

typedef struct
{
  BenchFleet *fleet;
  StileIdentity *idevid;
  char *name;
  StilePledge *pledge;
  StileEnrolment *enrolment;
  StileClient *client; /* of the session with the new certificate */
} Device;

static Device *
device_new (BenchFleet *fleet)
{
  static guint number; /* no device comes twice: its audit log would grow */
  Device *device = g_new0 (Device, 1);
  g_autofree char *serial = g_strdup_printf ("BENCH-%u", ++number);
  g_autoptr (TestPki) pki =
      test_pki_issue (fleet->plant->maker,
                      &(TestPkiOptions){ .name = "Bench device", .serial_number = serial, .purpose = "" });
  g_autoptr (GPtrArray) chain = test_pki_get_chain (pki);
  g_autofree char *pem = test_pki_get_key_pem (pki);
  g_autoptr (GBytes) key = g_bytes_new (pem, strlen (pem));
  g_autoptr (GError) error = NULL;

  device->fleet = fleet;
  device->name = g_steal_pointer (&serial);
  device->idevid = stile_identity_new (chain, key, &error);
  g_assert_no_error (error);
  return device;
}

static void
device_free (gpointer data)
{
  Device *device = data;

  g_clear_object (&device->client);
  g_clear_object (&device->enrolment);
  g_clear_object (&device->pledge);
  g_clear_object (&device->idevid);
  g_free (device->name);
  g_free (device);
}

BenchFleet *
bench_fleet_new (BenchPlant *plant, guint count)
{
  BenchFleet *self = g_new0 (BenchFleet, 1);

  self->plant = plant;
  self->devices = g_ptr_array_new_with_free_func (device_free);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (self->devices, device_new (self));
  return self;
}

void
bench_fleet_free (BenchFleet *self)
{
  g_ptr_array_unref (self->devices);
  g_free (self);
}

static void
must (gboolean done, const char *what, const GError *error)
{
  if (!done)
    bench_figure_fail ("%s: %s", what, error != NULL ? error->message : "it does not work");
}

/* --- the new certificate is shown --- */

static void start_next (BenchFleet *fleet);

static void
told (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Device *device = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response =
      stile_channel_request_finish (STILE_CHANNEL (object), result, &error);

  must (response != NULL && stile_http_message_get_status (response) == 200, "enrollstatus", error);
  device->fleet->running--;
  start_next (device->fleet);
}

static void
reconnected (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Device *device = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileChannel) channel = NULL;
  g_autoptr (StileStatusReport) report = stile_status_report_new (TRUE, NULL, NULL);
  g_autoptr (GBytes) content = stile_status_report_to_json (report);
  g_autoptr (StileHttpMessage) request = NULL;

  must (stile_client_connect_finish (device->client, result, &error), "the second session", error);
  channel = stile_channel_new_atls (device->client);
  request = stile_http_message_new_request ("POST", "https", stile_channel_get_host (channel),
                                            STILE_VOUCHER_ANSWER_ENROL_STATUS_PATH);
  stile_http_message_set_content (request, "application/json", content);
  stile_channel_request_async (channel, request, NULL, told, device);
}

static StileIdentity *
load_new_identity (Device *device)
{
  StileEnrolmentNote *note = stile_enrolment_get_note (device->enrolment);
  g_autofree char *certificate = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_CERTIFICATE);
  g_autofree char *key = stile_enrolment_note_get (note, STILE_ENROLMENT_NOTE_KEY);
  g_autoptr (GError) error = NULL;
  StileIdentity *identity = stile_identity_load (certificate, key, &error);

  must (identity != NULL, "the new certificate", error);
  return identity;
}

/* As the walk does it: see stile-bootstrap-enrol.c. */
static void
enrolled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  static const char *const protocols[] = { STILE_BINARY_HTTP_ALPN, NULL };
  Device *device = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = stile_enrolment_run_finish (device->enrolment, result, &error);
  GPtrArray *seen = stile_provisional_get_chain (stile_pledge_get_session (device->pledge));
  g_autoptr (StileCredentials) credentials = stile_credentials_new (STILE_ROLE_CLIENT);
  g_autoptr (StileCarrier) carrier = NULL;
  g_autoptr (StileIdentity) identity = NULL;

  must (done, "enrolling", error);
  identity = load_new_identity (device);
  carrier = stile_http_carrier_new (device->fleet->plant->url, "none", &error);
  must (carrier != NULL, "the second session", error);
  stile_credentials_set_identity (credentials, identity);
  stile_credentials_set_version (credentials, STILE_TLS_1_3);
  stile_credentials_set_application_protocols (credentials, protocols);
  stile_credentials_set_pinned (credentials, g_ptr_array_index (seen, 0));
  device->client = stile_client_new (carrier, credentials, STILE_MODE_EXPORT);
  stile_client_connect_async (device->client, NULL, reconnected, device);
}

/* --- the pledge --- */

static void
vouched (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Device *device = user_data;
  const StileEnrolmentSettings settings = { .directory = device->fleet->plant->service->directory,
                                            .name = device->name,
                                            .kind = STILE_ENROLMENT_KEY_P256,
                                            .like = stile_identity_get_certificate (device->idevid) };
  g_autoptr (GError) error = NULL;
  g_autoptr (StileChannel) channel = stile_pledge_bootstrap_finish (device->pledge, result, &error);
  g_autoptr (StileEstClient) client = NULL;

  must (channel != NULL, "the voucher", error);
  client = stile_est_client_new (channel);
  device->enrolment = stile_enrolment_new (client, &settings);
  stile_enrolment_run_async (device->enrolment, NULL, enrolled, device);
}

static void
start (Device *device)
{
  const StilePledgeSettings settings = { .carrier_type = STILE_TYPE_HTTP_CARRIER,
                                         .proxy = "none",
                                         .idevid = device->idevid,
                                         .anchors = device->fleet->plant->anchors,
                                         .mode = STILE_MODE_EXPORT,
                                         .tls_version = STILE_TLS_1_3,
                                         .rounds = 1 };

  device->pledge = stile_pledge_new (&settings);
  stile_pledge_add_registrar (device->pledge, device->fleet->plant->url);
  stile_pledge_bootstrap_async (device->pledge, NULL, vouched, device);
}

static void
start_next (BenchFleet *fleet)
{
  if (fleet->started == fleet->devices->len)
    return;

  fleet->running++;
  start (g_ptr_array_index (fleet->devices, fleet->started++));
}

/* All of them, @at_once at a time. */
void
bench_fleet_bootstrap (BenchFleet *self, guint at_once)
{
  for (guint i = 0; i < at_once; i++)
    start_next (self);
  while (self->running > 0)
    g_main_context_iteration (NULL, TRUE);
}
