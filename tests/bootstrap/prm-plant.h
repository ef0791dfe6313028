/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/plant.h"
#include "bootstrap/stile-domain-ca.h"
#include "bootstrap/stile-est-server.h"
#include "bootstrap/stile-pledge-responder.h"
#include "bootstrap/stile-registrar-agent.h"

G_BEGIN_DECLS

#define PRM_PLANT_DEVICE "http://device.example"

#define PRM_PLANT_JSON "application/json"
#define PRM_PLANT_JOSE "application/jose+json"

/*
 * A plant with an agent: registrar with EST, MASA, and a device in responder mode, each at a host of TestCarrier's.
 */
typedef struct
{
  Plant plant;
  TestPki *agent_root;
  TestPki *agent;
  GPtrArray *agents; /* of the agents' root */
  StileDomainCa *ca;
  StileEstServer *est;
  char *folder;            /* the device's */
  StileJudgePolicy policy; /* of the device, when it starts */
  StilePledgeResponder *responder;
  StileRegistrarAgent *laptop;
  StilePrmDossier *dossier;

  TestCarrierPlace registrar_place;
  TestCarrierPlace masa_place;
  TestCarrierPlace device_place;
  GHashTable *places;
} PrmPlant;

void prm_plant_set_up (PrmPlant *self, gconstpointer data);
void prm_plant_tear_down (PrmPlant *self, gconstpointer data);

/* The device from its folder anew, as after power was cut; @device made by @maker. */
void prm_plant_start_device (PrmPlant *self, TestPki *device, TestPki *maker);
void prm_plant_start_registrar (PrmPlant *self, const char *policy);
void prm_plant_start_agent (PrmPlant *self, TestPki *agent);

/* The next step; (transfer full) (nullable). */
StileAgentAnswer *prm_plant_step (PrmPlant *self, GError **error);
/* Steps until @until, each of which must go well. */
void prm_plant_run (PrmPlant *self, StilePrmStep until);
/* What that step brought; (transfer full). */
GBytes *prm_plant_get_artefact (PrmPlant *self, StilePrmStep step);

/* Seconds since 1970. */
gint64 prm_plant_get_now (void);
/* The manufacturer made a second device of that number, or somebody has another certificate for it. */
TestPki *prm_plant_issue_twin (PrmPlant *self);

G_END_DECLS
