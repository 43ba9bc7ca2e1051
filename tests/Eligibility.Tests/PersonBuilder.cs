using Grpc.Core;
using DocumentKind = Ips.Contracts.Common.V1.DocumentKind;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A person at an agency, enrolled with a payer, and the calls about the person.</summary>
public sealed class PersonBuilder
{
    private readonly EligibilityService service;

    private PersonBuilder(EligibilityService service, string provider, string payer, string identifier) =>
        (this.service, Provider, Payer, Identifier) = (service, provider, payer, identifier);

    public string Provider { get; }
    public string Payer { get; }
    public string Identifier { get; }
    public string Name { get; private set; } = "";
    public string Assessment { get; private set; } = "";

    public Metadata AsProvider => service.As(Roles.Provider, Provider);
    public Metadata AsPayer => service.As(Roles.Mco, Payer);
    /// <summary>Billing's own call for the provider: no other caller moves units.</summary>
    public Metadata AsBilling => EligibilityService.AsService("billing", Provider);
    /// <summary>Another person at the payer.</summary>
    public Metadata AsReviewer => service.As(Roles.Mco, Payer, "reviewer-two");
    public Metadata AsDvrs => service.As(Roles.Dvrs, "nc-dvrs");

    public Proto.Individuals.IndividualsClient Individuals => new(service.Channel);
    public Proto.Determinations.DeterminationsClient Determinations => new(service.Channel);
    public Proto.ServiceOrders.ServiceOrdersClient ServiceOrders => new(service.Channel);
    public Proto.Authorizations.AuthorizationsClient Authorizations => new(service.Channel);
    public Proto.Appeals.AppealsClient Appeals => new(service.Channel);
    public Proto.Referrals.ReferralsClient Referrals => new(service.Channel);
    public Proto.CareerProfiles.CareerProfilesClient CareerProfiles => new(service.Channel);
    public Proto.Deadlines.DeadlinesClient Deadlines => new(service.Channel);

    /// <summary>Registers an enrolled person; <paramref name="identifier"/> makes it a person who is on file elsewhere.</summary>
    public static async Task<PersonBuilder> Register(EligibilityService service, string? identifier = null, string? provider = null, string? payer = null,
        string birthDate = "1991-07-23",
        Contracts.Common.V1.Funding funding = Contracts.Common.V1.Funding.State)
    {
        PersonBuilder one = new(service, provider ?? EligibilityService.NewCode("agency"), payer ?? EligibilityService.NewCode("payer"),
            identifier ?? EligibilityService.NewCode("member"));
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

    public Proto.RegisterIndividualRequest Registration() => new()
    {
        Provider = $"organizations/{Provider}",
        GivenName = "Quillgiven",
        FamilyName = "Quillfamily",
        BirthDate = "1991-07-23",
        RequestId = EligibilityService.NewId(),
        Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = Identifier } },
    };

    /// <summary>Records every fact that admission under nc-core needs.</summary>
    public async Task<PersonBuilder> WithFacts(bool declinesBhServices = false, Proto.DiagnosisClass kind = Proto.DiagnosisClass.Spmi)
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
        Proto.Intake intake = new()
        {
            DesireToWork = true,
            DesireToWorkDate = service.Day(-10),
            EmploymentHistory = Proto.EmploymentHistory.Intermittent,
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
            Finding = Proto.MedicalNecessity.Met,
            FoundOn = service.Day(-5),
        }, AsPayer);
        return this;
    }

    /// <summary>Puts on record every document that <see cref="Request"/> sends and the platform keeps; the assessment is one of the facts.</summary>
    public async Task<PersonBuilder> WithDocuments()
    {
        await CareerProfiles.CreateCareerProfileAsync(
            new() { Individual = Name, DatedOn = service.Day(-5), Content = new() { Strengths = "Quillstrengths" }, RequestId = EligibilityService.NewId() },
            AsProvider);
        Proto.Fact plan = new()
        {
            Plan = new() { DatedOn = service.Day(-4), ClinicalHome = "organizations/clinical-home", DocumentSha256 = new('a', 64), ListsEmployment = true },
        };
        await Individuals.RecordFactAsync(new() { Individual = Name, Fact = plan, RequestId = EligibilityService.NewId() }, AsProvider);
        return this;
    }

    public Proto.DetermineRequest Determination(string program = "nc-core") => new()
    {
        Individual = Name,
        Provider = $"organizations/{Provider}",
        Program = program,
        AsOf = service.Day(),
        RequestId = EligibilityService.NewId(),
    };

    public async Task<Proto.ServiceOrder> Draft(int day = 0) => await ServiceOrders.CreateServiceOrderAsync(new()
    {
        Individual = Name,
        Provider = $"organizations/{Provider}",
        Program = "nc-core",
        OrderDate = service.Day(day),
        Assessment = Assessment,
        RequestId = EligibilityService.NewId(),
    }, AsProvider);

    public Proto.SignServiceOrderRequest Signature(Proto.ServiceOrder order, Proto.SignerType signer = Proto.SignerType.LicensedPsychologist, int day = 0) =>
        new()
        {
            Name = order.Name,
            Etag = order.Etag,
            SignerType = signer,
            SignatureDate = service.Day(day),
            RequestId = EligibilityService.NewId(),
        };

    private readonly Dictionary<(DocumentKind, string), string> papers = [];

    /// <summary>The name of a stored document of the person; each kind with its contents is stored once.</summary>
    public async Task<string> Paper(DocumentKind kind, params IReadOnlyList<string> contents)
    {
        var key = (kind, string.Join(',', contents));
        if (!papers.TryGetValue(key, out var name))
            papers[key] = name = (await service.Uploaded(Name, kind, AsProvider, EligibilityService.Pdf($"{key} of {Name}"), contents)).Name;
        return name;
    }

    /// <summary>The documents of a renewal.</summary>
    public async Task<IReadOnlyList<string>> RenewalPapers() => [await Paper(DocumentKind.ServicePlan), await Paper(DocumentKind.SupportingDocumentation)];

    /// <summary>A complete request that is on time: milestone 2 for 90 days, or units of IPS for as long.</summary>
    public async Task<Proto.RequestAuthorizationRequest> Request(Proto.AuthorizationKind kind = Proto.AuthorizationKind.M2, int units = 1, int initiated = 0)
    {
        Proto.RequestAuthorizationRequest request = new()
        {
            Individual = Name,
            Provider = $"organizations/{Provider}",
            Program = kind == Proto.AuthorizationKind.Ips ? "nc-state" : "nc-core",
            Kind = kind,
            ServiceInitiationDate = service.Day(initiated),
            RequestedFrom = service.Day(initiated),
            RequestedThrough = service.Day(initiated + 89),
            RequestedUnits = units,
            RequestId = EligibilityService.NewId(),
        };
        request.Documents.Add([await Paper(DocumentKind.Assessment), await Paper(DocumentKind.CareerProfile),
            await Paper(DocumentKind.IntegratedPcp, "bh_interventions", "ips_interventions", "career_goals")]);
        return request;
    }

    /// <summary>A complete request for milestone 6 or in Louisiana, from today for that many days.</summary>
    public async Task<Proto.RequestAuthorizationRequest> RequestOf(Proto.AuthorizationKind kind, int units, int days)
    {
        var request = await Request(kind, units);
        request.RequestedThrough = service.Day(days - 1);
        if (kind == Proto.AuthorizationKind.LaPriorAuth)
            request.Program = "la-acla";
        if (kind == Proto.AuthorizationKind.M6)
        {
            request.ServiceInitiationDate = "";
            request.Documents.Add([
                await Paper(DocumentKind.UpdatedIntegratedPcp, "bh_interventions", "ips_interventions", "career_goals", "employment_status", "progress"),
                await Paper(DocumentKind.IpsTransitionPlan, "interventions", "ongoing_bh_services", "natural_and_community_supports")]);
        }

        return request;
    }

    public async Task<Proto.Authorization> Send(Proto.RequestAuthorizationRequest request) =>
        await Authorizations.RequestAuthorizationAsync(request, AsProvider);

    public async Task<Proto.Authorization> Approve(Proto.Authorization requested) =>
        await Authorizations.DecideAuthorizationAsync(Approval(requested), AsPayer);

    /// <summary>IPS approved for a span in days from today; requested on time when it began at most 29 days ago.</summary>
    public async Task<Proto.Authorization> ApprovedFor(int from, int through, int units = 40)
    {
        var request = await Request(Proto.AuthorizationKind.Ips, units, from);
        request.RequestedThrough = service.Day(through);
        return await Approve(await Send(request));
    }

    public static Proto.DecideAuthorizationRequest Ruling(Proto.Authorization requested, Proto.AuthorizationOutcome outcome, string rule)
    {
        var request = Approval(requested);
        (request.Outcome, request.RuleId, request.Reason) = (outcome, rule, "Said by the reviewer");
        if (outcome != Proto.AuthorizationOutcome.Pend)
            request.ReasonCode = Proto.PayerReasonCode.AmountNotSupported;
        if (outcome != Proto.AuthorizationOutcome.Modify)
            request.OverrideReason = "";
        else
            (request.ApprovedFrom, request.ApprovedThrough, request.ApprovedUnits) =
                (requested.RequestedFrom, requested.RequestedThrough, requested.RequestedUnits);
        return request;
    }

    public async Task<Proto.Authorization> Again(Proto.Authorization authorization) =>
        await Authorizations.GetAuthorizationAsync(new() { Name = authorization.Name }, AsProvider);

    /// <summary>The open deadlines of a subject, as "kind due", soonest first.</summary>
    public async Task<string> Running(string about) =>
        string.Join(", ", (await Deadlines.ListDeadlinesAsync(new() { Subject = about }, AsProvider)).Deadlines.Select(d => $"{d.Kind} {d.DueOn}"));

    public async Task<Proto.Authorization> Requested(Proto.AuthorizationKind kind = Proto.AuthorizationKind.M2, int units = 1) =>
        await Authorizations.RequestAuthorizationAsync(await Request(kind, units), AsProvider);

    public static Proto.DecideAuthorizationRequest Approval(Proto.Authorization requested, string overriding = "Quilloverride of the payer") => new()
    {
        Name = requested.Name,
        Etag = requested.Etag,
        Outcome = Proto.AuthorizationOutcome.Approve,
        // Most tests are not about what an approval needs; where everything is met, this has no effect.
        OverrideReason = overriding,
        RequestId = EligibilityService.NewId(),
    };

    public async Task<Proto.Authorization> Approved(Proto.AuthorizationKind kind = Proto.AuthorizationKind.M2, int units = 1) =>
        await Authorizations.DecideAuthorizationAsync(Approval(await Requested(kind, units)), AsPayer);

    public async Task<Proto.CheckOverlapsResponse> Overlaps(string day, Metadata? who = null, string program = "nc-core") =>
        await Authorizations.CheckOverlapsAsync(
            new() { Individual = Name, Provider = $"organizations/{Provider}", Program = program, ServiceDate = day }, who ?? AsProvider);

    public Proto.CreateReferralRequest Referral(bool sent = true)
    {
        Proto.CreateReferralRequest request = new()
        {
            Individual = Name,
            Provider = $"organizations/{Provider}",
            Program = "nc-core",
            ServiceInitiationDate = service.Day(),
            RequestId = EligibilityService.NewId(),
        };
        if (sent)
            request.ReferralDate = service.Day();
        else
            request.OfferDocumentedDate = service.Day();
        return request;
    }
}
