using Grpc.Core;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Calls that record, correct and read facts of somebody.</summary>
internal static class Records
{
    public static async Task<Wire.Fact> Record(this Someone one, Wire.Fact fact, Metadata? by = null) =>
        await one.Individuals.RecordFactAsync(new() { Individual = one.Name, Fact = fact, RequestId = EligibilityService.NewId() }, by ?? one.AsProvider);

    public static async Task<Wire.Fact> Correct(this Someone one, Wire.Fact wrong, Wire.Fact right, Metadata? by = null, string? etag = null) =>
        await one.Individuals.CorrectFactAsync(new()
        {
            Name = wrong.Name,
            Etag = etag ?? wrong.Etag,
            Fact = right,
            Reason = Wire.CorrectionReason.WrongValue,
            Note = "Quillnote in words",
            RequestId = EligibilityService.NewId(),
        }, by ?? one.AsProvider);

    public static async Task<Wire.Fact> Retract(this Someone one, string name, string etag, Metadata? by = null) =>
        await one.Individuals.RetractFactAsync(new()
        {
            Name = name,
            Etag = etag,
            Reason = Wire.CorrectionReason.EnteredByMistake,
            RequestId = EligibilityService.NewId(),
        }, by ?? one.AsProvider);

    public static async Task<Wire.Individual> Read(this Someone one, Metadata? by = null) =>
        await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, by ?? one.AsProvider);

    public static async Task<IReadOnlyList<Wire.Fact>> History(this Someone one, Metadata? by = null, bool standing = false) =>
        (await one.Individuals.ListFactsAsync(new() { Individual = one.Name, StandingOnly = standing, PageSize = 200 }, by ?? one.AsProvider)).Facts;

    public static async Task<Wire.Determination> Determined(this Someone one, string program, string asOf)
    {
        var ask = one.Determination(program);
        ask.AsOf = asOf;
        return await one.Determinations.DetermineAsync(ask, one.AsProvider);
    }

    public static Wire.Fact Service(Wire.OtherServiceKind kind, string from, string through = "", bool absent = false) =>
        new() { OtherService = new() { Kind = kind, From = from, Through = through, Absent = absent } };

    public static Wire.Fact Diagnosis(Wire.DiagnosisClass of, string on, bool primary = false, Wire.DiagnosisSeverity severity = default) =>
        new() { Diagnosis = new() { Class = of, DiagnosedOn = on, Primary = primary, Severity = severity } };

    public static async Task<Wire.Consent> Consent(this Someone one, string from, string through, string? recipient = null, Wire.ConsentPurpose purpose = Wire.ConsentPurpose.Payment) =>
        await one.Individuals.RecordConsentAsync(new()
        {
            Individual = one.Name,
            Consent = new()
            {
                Recipient = $"organizations/{recipient ?? one.Payer}",
                Purposes = { purpose },
                Scopes = { Wire.ConsentScope.SubstanceUse },
                From = from,
                Through = through,
            },
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
}
