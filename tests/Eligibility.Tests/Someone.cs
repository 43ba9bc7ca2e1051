using Grpc.Core;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A person at an agency, enrolled with a payer, and the calls that are made about the person.</summary>
public sealed class Someone
{
    private readonly EligibilityService service;

    private Someone(EligibilityService service, string provider, string payer, string identifier) =>
        (this.service, Provider, Payer, Identifier) = (service, provider, payer, identifier);

    public string Provider { get; }
    public string Payer { get; }
    public string Identifier { get; }
    public string Name { get; private set; } = "";
    public string Assessment { get; private set; } = "";

    public Metadata AsProvider => service.As(Roles.Provider, Provider);
    public Metadata AsPayer => service.As(Roles.Mco, Payer);
    public Metadata AsDvrs => service.As(Roles.Dvrs, "nc-dvrs");

    public Wire.Individuals.IndividualsClient Individuals => new(service.Channel);
    public Wire.Determinations.DeterminationsClient Determinations => new(service.Channel);
    public Wire.ServiceOrders.ServiceOrdersClient ServiceOrders => new(service.Channel);
    public Wire.Authorizations.AuthorizationsClient Authorizations => new(service.Channel);
    public Wire.Referrals.ReferralsClient Referrals => new(service.Channel);
    public Wire.CareerProfiles.CareerProfilesClient CareerProfiles => new(service.Channel);
    public Wire.Deadlines.DeadlinesClient Deadlines => new(service.Channel);

    /// <summary>Registers a person who is enrolled; with <paramref name="identifier"/>, somebody who is on file elsewhere.</summary>
    public static async Task<Someone> Register(EligibilityService service, string? identifier = null, string? provider = null, string? payer = null, string birthDate = "1991-07-23",
        Contracts.Common.V1.Funding funding = Contracts.Common.V1.Funding.State)
    {
        Someone one = new(service, provider ?? EligibilityService.NewCode("agency"), payer ?? EligibilityService.NewCode("payer"), identifier ?? EligibilityService.NewCode("member"));
        var registration = one.Registration();
        registration.BirthDate = birthDate;
        one.Name = (await one.Individuals.RegisterIndividualAsync(registration, one.AsProvider)).Name;
        await one.Individuals.AddEnrollmentAsync(new()
        {
            Individual = one.Name,
            RequestId = EligibilityService.NewId(),
            Enrollment = new()
            {
                Payer = $"organizations/{one.Payer}",
                From = service.Day(-120),
                Funding = funding,
                BenefitPlan = "ASWOM",
                BenefitPlanFrom = service.Day(-120),
            },
        }, one.AsProvider);
        return one;
    }

    public Wire.RegisterIndividualRequest Registration() => new()
    {
        Provider = $"organizations/{Provider}",
        GivenName = "Quillgiven",
        FamilyName = "Quillfamily",
        BirthDate = "1991-07-23",
        RequestId = EligibilityService.NewId(),
        Identifiers = { new Wire.Identifier { System = "medicaid-nc", Value = Identifier } },
    };

    /// <summary>Records everything that admission under nc-core needs.</summary>
    public async Task<Someone> WithFacts(bool declinesBhServices = false, Wire.DiagnosisClass kind = Wire.DiagnosisClass.Spmi)
    {
        await Individuals.AddDiagnosisAsync(new()
        {
            Individual = Name,
            RequestId = EligibilityService.NewId(),
            Diagnosis = new() { Class = kind, Primary = true, DiagnosedOn = service.Day(-90) },
        }, AsProvider);
        Assessment = (await Individuals.AddAssessmentAsync(new()
        {
            Individual = Name,
            RequestId = EligibilityService.NewId(),
            Assessment = new() { CompletedOn = service.Day(-10), AssessorScopeIncludesDiagnosis = true },
        }, AsProvider)).Name;
        Wire.Intake intake = new()
        {
            DesireToWork = true,
            DesireToWorkDate = service.Day(-10),
            EmploymentHistory = Wire.EmploymentHistory.Intermittent,
            NeedForAssistance = true,
            NeedLinkedToDiagnosis = true,
            OtherBhServiceLastContact = service.Day(-12),
            DeclinesBhServices = declinesBhServices,
        };
        if (declinesBhServices)
            intake.ReferralOutDate = service.Day(-1);
        await Individuals.RecordIntakeAsync(new() { Individual = Name, RequestId = EligibilityService.NewId(), Intake = intake }, AsProvider);
        await Individuals.RecordMedicalNecessityAsync(new()
        {
            Individual = Name,
            RequestId = EligibilityService.NewId(),
            Finding = Wire.MedicalNecessity.Met,
            FoundOn = service.Day(-5),
        }, AsPayer);
        return this;
    }

    public Wire.DetermineRequest Determination(string program = "nc-core") => new()
    {
        Individual = Name,
        Provider = $"organizations/{Provider}",
        Program = program,
        AsOf = service.Day(),
        RequestId = EligibilityService.NewId(),
    };

    public async Task<Wire.ServiceOrder> Draft(int day = 0) => await ServiceOrders.CreateServiceOrderAsync(new()
    {
        Individual = Name,
        Provider = $"organizations/{Provider}",
        Program = "nc-core",
        OrderDate = service.Day(day),
        Assessment = Assessment,
        RequestId = EligibilityService.NewId(),
    }, AsProvider);

    public Wire.SignServiceOrderRequest Signature(Wire.ServiceOrder order, Wire.SignerType signer = Wire.SignerType.LicensedPsychologist, int day = 0) => new()
    {
        Name = order.Name,
        Etag = order.Etag,
        SignerType = signer,
        SignatureDate = service.Day(day),
        RequestId = EligibilityService.NewId(),
    };

    /// <summary>A timely, complete request: milestone 2 for 90 days, or units of IPS for as long.</summary>
    public Wire.RequestAuthorizationRequest Request(Wire.AuthorizationKind kind = Wire.AuthorizationKind.M2, int units = 1, int initiated = 0)
    {
        Wire.RequestAuthorizationRequest ask = new()
        {
            Individual = Name,
            Provider = $"organizations/{Provider}",
            Program = kind == Wire.AuthorizationKind.Ips ? "nc-state" : "nc-core",
            Kind = kind,
            ServiceInitiationDate = service.Day(initiated),
            RequestedFrom = service.Day(initiated),
            RequestedThrough = service.Day(initiated + 89),
            RequestedUnits = units,
            RequestId = EligibilityService.NewId(),
        };
        ask.Documents.Add([Wire.RequestDocument.AuthorizationRequest, Wire.RequestDocument.Assessment, Wire.RequestDocument.CareerProfile, Wire.RequestDocument.IntegratedPcp]);
        ask.PcpContents.Add([Contracts.Common.V1.PlanContent.BhInterventions, Contracts.Common.V1.PlanContent.IpsInterventions, Contracts.Common.V1.PlanContent.CareerGoals]);
        return ask;
    }

    /// <summary>A complete request for milestone 6 or in Louisiana, from today for so many days.</summary>
    public Wire.RequestAuthorizationRequest RequestOf(Wire.AuthorizationKind kind, int units, int days)
    {
        var ask = Request(kind, units);
        ask.RequestedThrough = service.Day(days - 1);
        if (kind == Wire.AuthorizationKind.LaPriorAuth)
            ask.Program = "la-acla";
        if (kind == Wire.AuthorizationKind.M6)
        {
            ask.ServiceInitiationDate = "";
            ask.Documents.Add([Wire.RequestDocument.UpdatedIntegratedPcp, Wire.RequestDocument.IpsTransitionPlan]);
            ask.PcpContents.Add([Contracts.Common.V1.PlanContent.EmploymentStatus, Contracts.Common.V1.PlanContent.Progress]);
            ask.TransitionPlanContents.Add([Wire.TransitionPlanContent.Interventions, Wire.TransitionPlanContent.OngoingBhServices, Wire.TransitionPlanContent.NaturalAndCommunitySupports]);
        }

        return ask;
    }

    public async Task<Wire.Authorization> Send(Wire.RequestAuthorizationRequest ask) => await Authorizations.RequestAuthorizationAsync(ask, AsProvider);

    public async Task<Wire.Authorization> Approve(Wire.Authorization asked) => await Authorizations.DecideAuthorizationAsync(Approval(asked), AsPayer);

    /// <summary>IPS approved for a span in days from today; asked for in time when it began at most 29 days ago.</summary>
    public async Task<Wire.Authorization> ApprovedFor(int from, int through, int units = 40)
    {
        var ask = Request(Wire.AuthorizationKind.Ips, units, from);
        ask.RequestedThrough = service.Day(through);
        return await Approve(await Send(ask));
    }

    public static Wire.DecideAuthorizationRequest Ruling(Wire.Authorization asked, Wire.AuthorizationOutcome outcome, string rule)
    {
        var ask = Approval(asked);
        (ask.Outcome, ask.RuleId, ask.Reason) = (outcome, rule, "Said by the reviewer");
        if (outcome == Wire.AuthorizationOutcome.Modify)
            (ask.ApprovedFrom, ask.ApprovedThrough, ask.ApprovedUnits) = (asked.RequestedFrom, asked.RequestedThrough, asked.RequestedUnits);
        return ask;
    }

    public async Task<Wire.Authorization> Again(Wire.Authorization authorization) => await Authorizations.GetAuthorizationAsync(new() { Name = authorization.Name }, AsProvider);

    /// <summary>The deadlines about a thing that still run, as "kind due", soonest first.</summary>
    public async Task<string> Running(string about) => string.Join(", ", (await Deadlines.ListDeadlinesAsync(new() { Subject = about }, AsProvider)).Deadlines.Select(d => $"{d.Kind} {d.DueOn}"));

    public async Task<Wire.Authorization> Requested(Wire.AuthorizationKind kind = Wire.AuthorizationKind.M2, int units = 1) =>
        await Authorizations.RequestAuthorizationAsync(Request(kind, units), AsProvider);

    public static Wire.DecideAuthorizationRequest Approval(Wire.Authorization asked) => new()
    {
        Name = asked.Name,
        Etag = asked.Etag,
        Outcome = Wire.AuthorizationOutcome.Approve,
        RequestId = EligibilityService.NewId(),
    };

    public async Task<Wire.Authorization> Approved(Wire.AuthorizationKind kind = Wire.AuthorizationKind.M2, int units = 1) =>
        await Authorizations.DecideAuthorizationAsync(Approval(await Requested(kind, units)), AsPayer);

    public Wire.CreateReferralRequest Referral(bool sent = true)
    {
        Wire.CreateReferralRequest ask = new()
        {
            Individual = Name,
            Provider = $"organizations/{Provider}",
            Program = "nc-core",
            ServiceInitiationDate = service.Day(),
            RequestId = EligibilityService.NewId(),
        };
        if (sent)
            ask.ReferralDate = service.Day();
        else
            ask.OfferDocumentedDate = service.Day();
        return ask;
    }
}
