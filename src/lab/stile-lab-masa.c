/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "lab/stile-lab-masa.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"
#include "atls/stile-router.h"
#include "bootstrap/stile-masa-address.h"
#include "bootstrap/stile-masa-log.h"
#include "bootstrap/stile-masa-voucher.h"
#include "inventory/stile-ledger-database.h"
#include "lab/stile-lab-forger.h"
#include "lab/stile-lab-service.h"

#define DEVICES_FILE "masa-devices.conf"

/* As a manufacturer would write it for stiled: data/masa-devices.conf tells all of it. */
#define DEVICES                                                                                              \
  "[issuer Example Devices Ltd]\n"                                                                           \
  "anchors=anchors.pem\n"                                                                                    \
  "serials=LAB-*\n"

/**
 * StileLabMasa:
 *
 * The service of the lab's manufacturer, which vouches for the owners of its devices: the MASA of stiled, with a forger
 * before it.  It remembers in memory.  The lab holds it.
 */
struct _StileLabMasa
{
  GObject parent_instance;

  StileLabForger *forger;
  StileLabService *service;
};

G_DEFINE_FINAL_TYPE (StileLabMasa, stile_lab_masa, G_TYPE_OBJECT)

static void
stile_lab_masa_dispose (GObject *object)
{
  StileLabMasa *self = STILE_LAB_MASA (object);

  stile_lab_masa_stop (self);
  g_clear_object (&self->service);
  g_clear_object (&self->forger);

  G_OBJECT_CLASS (stile_lab_masa_parent_class)->dispose (object);
}

static void
stile_lab_masa_class_init (StileLabMasaClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = stile_lab_masa_dispose;
}

static void
stile_lab_masa_init (StileLabMasa *self)
{
}

static StileMasaDevices *
load_devices (StileLabPki *pki, GError **error)
{
  g_autofree char *path = g_build_filename (stile_lab_pki_get_directory (pki), DEVICES_FILE, NULL);

  if (!g_file_set_contents (path, DEVICES, -1, error))
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return NULL;
    }

  return stile_masa_devices_load (path, error);
}

static StileMasa *
make_masa (StileLabPki *pki, GError **error)
{
  g_autoptr (StileMasaDevices) devices = load_devices (pki, error);
  g_autoptr (StileLedger) ledger =
      devices != NULL ? stile_ledger_database_new (STILE_DATABASE_MEMORY, error) : NULL;
  const StileMasaSettings settings = { .identity = stile_lab_pki_get_identity (pki, STILE_LAB_PART_MASA),
                                       .devices = devices,
                                       .ledger = ledger };

  return ledger != NULL ? stile_masa_new (&settings, error) : NULL;
}

static StileRouter *
make_router (StileLabMasa *self, StileMasa *masa)
{
  StileRouter *router = stile_router_new ();
  g_autoptr (StileHandler) log = stile_masa_log_new (masa);

  stile_router_add (router, STILE_MASA_ADDRESS_PATH "/requestvoucher", STILE_HANDLER (self->forger));
  stile_router_add (router, STILE_MASA_ADDRESS_PATH "/requestauditlog", log);
  return router;
}

/**
 * stile_lab_masa_new:
 * @socket: where the devices' certificates say that it is
 *
 * Answers there, on the main context of this thread: over HTTPS, as registrars ask (RFC 8995 section 5.4).
 */
StileLabMasa *
stile_lab_masa_new (GSocket *socket, StileLabPki *pki, GError **error)
{
  g_autoptr (StileLabMasa) self = g_object_new (STILE_TYPE_LAB_MASA, NULL);
  g_autoptr (StileMasa) masa = make_masa (pki, error);
  g_autoptr (StileHandler) honest = NULL;
  g_autoptr (StileRouter) router = NULL;
  StileLabServiceSettings settings = { .inner = stile_lab_pki_get_identity (pki, STILE_LAB_PART_MASA_HTTPS),
                                       .outer = stile_lab_pki_get_identity (pki, STILE_LAB_PART_MASA_HTTPS) };

  if (masa == NULL)
    {
      g_prefix_error (error, "%s: ", _ ("Starting the lab’s MASA"));
      return NULL;
    }

  honest = stile_masa_voucher_new (masa);
  self->forger = stile_lab_forger_new (pki, honest);
  router = make_router (self, masa);
  settings.handler = settings.plain = STILE_HANDLER (router);
  self->service = stile_lab_service_new (socket, &settings, error);

  return self->service != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * stile_lab_masa_set_scenario:
 *
 * What vouchers are like from now on.
 */
void
stile_lab_masa_set_scenario (StileLabMasa *self, StileLabScenario scenario)
{
  stile_lab_forger_set_scenario (self->forger, scenario);
}

/**
 * stile_lab_masa_stop:
 *
 * Ends all connections; more than once does no harm.
 */
void
stile_lab_masa_stop (StileLabMasa *self)
{
  if (self->service != NULL)
    stile_lab_service_stop (self->service);
}
