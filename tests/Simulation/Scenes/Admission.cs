using Ips.Contracts.Eligibility.V1;

namespace Ips.Simulation.Scenes;

/// <summary>Determinations and their steps.</summary>
internal static class Admission
{
    public static async Task Determine(Scene scene, Person person)
    {
        await scene.Send(scene.Chance(0.8) ? person.Agency.Provider : person.Agency.Mco, new DetermineRequest
        {
            Individual = person.Name,
            Provider = person.Agency.Name,
            Program = scene.Chance(0.95) ? person.Agency.Program : scene.Pick(scene.Agencies).Program,
            AsOf = Scene.Day(scene.Chance(0.8) ? person.First : scene.Today),
            RequestId = scene.NewId(),
        }, person);
    }

    public static async Task Move(Scene scene, Person person)
    {
        if (person.Last("determination") is not { } known)
            return;
        var (name, etag, id) = (known.Name, known.Etag, scene.NewId());
        Google.Protobuf.IMessage request = scene.Random.Next(7) switch
        {
            0 => new RedetermineRequest { Name = name, Etag = etag, RequestId = id },
            1 => new ReverifyRequest { Name = name, Etag = etag, AsOf = scene.Day(), Occasion = scene.Any<ReverifyOccasion>(), RequestId = id },
            2 => new ReviewContinuedServiceRequest
            {
                Name = name,
                Etag = etag,
                AsOf = scene.Day(),
                Progress = scene.Any<ServiceProgress>(),
                EffectivenessDocumented = scene.Chance(0.8),
                InterventionsModified = scene.Chance(0.8),
                Employed = false,
                MemberWantsSupport = true,
                RequestId = id,
            },
            3 => new WithdrawDeterminationRequest { Name = name, Etag = etag, RequestId = id },
            6 => new RetractDischargeRequest { Name = name, Etag = etag, Reason = "by mistake", RequestId = id },
            4 => new DenyAdmissionRequest { Name = name, Etag = etag, Reason = scene.Any<DenialReason>(), RequestId = id },
            _ => new ReviewDeterminationRequest
            {
                Name = name,
                Etag = etag,
                Judgements = { new Judgement { RuleId = "NC-ELIG-006", Met = true, Reason = "seen" } },
                RequestId = id,
            },
        };
        await scene.Send(request is ReviewDeterminationRequest ? person.Agency.Mco : person.Agency.Provider, request, person);
    }

    public static async Task Discharge(Scene scene, Person person)
    {
        if (person.Last("determination") is not { } known || scene.Chance(0.6))
            return;
        await scene.Send(person.Agency.Provider, new DischargeRequest
        {
            Name = known.Name,
            Etag = known.Etag,
            DischargeDate = scene.Day(),
            Reason = scene.Any<DischargeReason>(),
            ReasonDocumented = true,
            StableOutcome = true,
            IpsStillNeeded = false,
            RequestedBy = scene.Any<DischargeRequester>(),
            DischargePlanDiscussed = true,
            DischargePlanInRecord = true,
            CoordinatedWithProviders = true,
            ClearlyNoLongerWants = true,
            StepDownTo = StepDown.MentalHealthWorker,
            RequestId = scene.NewId(),
        }, person);
    }
}

/// <summary>Orders for the service.</summary>
internal static class Orders
{
    public static async Task Create(Scene scene, Person person)
    {
        var assessment = person.Things.FindLast(thing => thing is { Kind: "fact", About: "Assessment" });
        await scene.Send(person.Agency.Provider, new CreateServiceOrderRequest
        {
            Individual = person.Name,
            Provider = person.Agency.Name,
            Program = person.Agency.Program,
            OrderDate = Scene.Day(scene.Chance(0.2) ? person.First : scene.Today),
            Assessment = assessment is null ? "" : assessment.Name.Replace("facts", "assessments", StringComparison.Ordinal),
            RequestId = scene.NewId(),
        }, person);
    }

    public static async Task Sign(Scene scene, Person person)
    {
        if (person.Last("order") is not { } known)
            return;
        SignServiceOrderRequest request = new()
        {
            Name = known.Name,
            Etag = known.Etag,
            SignerType = scene.Chance(0.9) ? SignerType.LicensedPsychologist : scene.Any<SignerType>(),
            RequestId = scene.NewId(),
        };
        if (scene.Chance(0.95))
            request.SignatureDate = scene.Chance(0.9) ? scene.Day() : known.Day;
        await scene.Send(person.Agency.Provider, request, person);
    }

    public static async Task Void(Scene scene, Person person)
    {
        if (person.Last("order") is not { } known || scene.Chance(0.7))
            return;
        await scene.Send(person.Agency.Provider,
            new VoidServiceOrderRequest { Name = known.Name, Etag = known.Etag, Reason = "entered twice", RequestId = scene.NewId() }, person);
    }
}

/// <summary>Referrals to vocational rehabilitation.</summary>
internal static class Referring
{
    private static readonly Caller Dvrs = new(Roles.Dvrs, "nc-dvrs", "client-one");

    public static async Task Create(Scene scene, Person person)
    {
        CreateReferralRequest request = new()
        {
            Individual = person.Name,
            Provider = person.Agency.Name,
            Program = person.Agency.Program,
            ServiceInitiationDate = Scene.Day(person.First),
            RequestId = scene.NewId(),
        };
        if (scene.Chance(0.7))
            request.ReferralDate = scene.Day();
        else
            request.OfferDocumentedDate = scene.Day();
        await scene.Send(person.Agency.Provider, request, person);
    }

    public static async Task Move(Scene scene, Person person)
    {
        if (person.Last("referral") is not { } known)
            return;
        Google.Protobuf.IMessage request = scene.Random.Next(5) switch
        {
            0 => new SendReferralRequest { Name = known.Name, Etag = known.Etag, ReferralDate = scene.Day(), RequestId = scene.NewId() },
            1 => new DeclineReferralRequest { Name = known.Name, Etag = known.Etag, OfferDocumentedDate = scene.Day(), RequestId = scene.NewId() },
            2 => new AcknowledgeReferralRequest { Name = known.Name, MessageId = scene.NewId(), AcknowledgedOn = scene.Day() },
            3 => new RecordDvrsDecisionRequest { Name = known.Name, MessageId = scene.NewId(), Outcome = scene.Any<DvrsOutcome>(), DecidedOn = scene.Day() },
            _ => new RecordDvrsClosureRequest { Name = known.Name, MessageId = scene.NewId(), ClosedOn = scene.Day() },
        };
        var caller = request is SendReferralRequest or DeclineReferralRequest ? person.Agency.Provider : Dvrs;
        await scene.Send(caller, request, person);
    }
}
