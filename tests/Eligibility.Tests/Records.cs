using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Calls that record, correct and read a person's facts.</summary>
internal static class Records
{
    public static async Task<Proto.Fact> Record(this PersonBuilder one, Proto.Fact fact, Metadata? by = null) =>
        await one.Individuals.RecordFactAsync(new() { Individual = one.Name, Fact = fact, RequestId = EligibilityService.NewId() }, by ?? one.AsProvider);

    public static async Task<Proto.Fact> Correct(this PersonBuilder one, Proto.Fact wrong, Proto.Fact right, Metadata? by = null, string? etag = null) =>
        await one.Individuals.CorrectFactAsync(new()
        {
            Name = wrong.Name,
            Etag = etag ?? wrong.Etag,
            Fact = right,
            Reason = Proto.CorrectionReason.WrongValue,
            Note = "Quillnote in words",
            RequestId = EligibilityService.NewId(),
        }, by ?? one.AsProvider);

    public static async Task<Proto.Fact> Retract(this PersonBuilder one, string name, string etag, Metadata? by = null) =>
        await one.Individuals.RetractFactAsync(new()
        {
            Name = name,
            Etag = etag,
            Reason = Proto.CorrectionReason.EnteredByMistake,
            RequestId = EligibilityService.NewId(),
        }, by ?? one.AsProvider);

    /// <summary>Corrects the last day of the person's enrollment; empty for none.</summary>
    public static async Task<Proto.Fact> CoverageEnds(this PersonBuilder one, string through, Proto.Fact? enrollment = null)
    {
        enrollment ??= (await one.History(standing: true)).Single(f => f.Enrollment is not null);
        var corrected = enrollment.Enrollment.Clone();
        corrected.Through = through;
        return await one.Correct(enrollment, new() { Enrollment = corrected });
    }

    public static async Task<Proto.Individual> Read(this PersonBuilder one, Metadata? by = null) =>
        await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, by ?? one.AsProvider);

    public static async Task<IReadOnlyList<Proto.Fact>> History(this PersonBuilder one, Metadata? by = null, bool standing = false) =>
        (await one.Individuals.ListFactsAsync(new() { Individual = one.Name, StandingOnly = standing, PageSize = 200 }, by ?? one.AsProvider)).Facts;

    public static async Task<Proto.Determination> Determined(this PersonBuilder one, string program, string asOf)
    {
        var request = one.Determination(program);
        request.AsOf = asOf;
        return await one.Determinations.DetermineAsync(request, one.AsProvider);
    }

    public static Proto.Fact Service(Proto.OtherServiceKind kind, string from, string through = "", bool absent = false) =>
        new() { OtherService = new() { Kind = kind, From = from, Through = through, Absent = absent } };

    public static Proto.Fact Diagnosis(Proto.DiagnosisClass of, string on, bool primary = false, Proto.DiagnosisSeverity severity = default) =>
        new() { Diagnosis = new() { Class = of, DiagnosedOn = on, Primary = primary, Severity = severity } };

    public static async Task<Proto.Consent> Consent(this PersonBuilder one, string from, string through, string? recipient = null,
        Proto.ConsentPurpose purpose = Proto.ConsentPurpose.Payment) =>
        await one.Individuals.RecordConsentAsync(new()
        {
            Individual = one.Name,
            Consent = new()
            {
                Recipient = $"organizations/{recipient ?? one.Payer}",
                Purposes = { purpose },
                Scopes = { Proto.ConsentScope.SubstanceUse },
                From = from,
                Through = through,
            },
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
}
