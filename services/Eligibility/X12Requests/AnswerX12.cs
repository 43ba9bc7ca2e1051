using System.Globalization;
using Ips.X12;

namespace Ips.Eligibility.X12Requests;

/// <summary>
/// Answers a file. Of each interchange comes one back, to its sender and under its control number: the same file again gets the same answer. A set with an error of
/// standard or guide is refused by the 999 and does nothing; the others are answered.
/// </summary>
internal sealed class AnswerX12(ReviewRequests reviews, CoverageQuestions coverage, TimeProvider clock)
{
    private const int MostSets = 50;

    /// <summary>The answer, or why there is none.</summary>
    public async Task<(byte[]? Answer, string? Problem)> Handle(byte[] file, CancellationToken cancellationToken)
    {
        var report = X12Validator.Check(file);
        if (report.Interchanges.Count == 0 || report.Interchanges.Any(i => i.Interchange is null))
            return (null, "The body is no X12 file: it does not begin with an ISA of 106 characters.");
        if (report.Interchanges.Sum(i => i.Groups.Sum(g => g.Sets.Count)) > MostSets)
            return (null, $"The file has more than {MostSets} transaction sets; send several files.");
        if (report.Interchanges.FirstOrDefault(i => ControlOf(i) is null || i.Interchange!.Sender.Length == 0) is not null)
            return (null, "The ISA has no control number (ISA13) from 1 to 999999999, or no sender (ISA06).");
        List<X12Document> documents = [.. X12Documents.Read(file)];
        using MemoryStream answer = new();
        foreach (var interchange in report.Interchanges)
            await Add(answer, interchange, [.. documents.Where(d => IsAccepted(interchange, d.Envelope))], cancellationToken);
        return (answer.ToArray(), null);
    }

    private async Task Add(MemoryStream answer, InterchangeReport interchange, List<X12Document> accepted, CancellationToken cancellationToken)
    {
        List<ReviewAnswer> reviewed = [];
        List<EligibilityAnswer> covered = [];
        foreach (var document in accepted)
        {
            switch (document)
            {
                case ReviewAnswer { IsAnswer: false } request:
                    reviewed.Add(await reviews.Answer(request, cancellationToken));
                    break;
                case CoverageRequest question:
                    covered.Add(await coverage.Answer(question, cancellationToken));
                    break;
            }
        }

        var sent = interchange.Interchange!;
        OutgoingEnvelope envelope = new(sent.ReceiverQualifier, sent.Receiver, sent.SenderQualifier, sent.Sender, clock.GetUtcNow(), ControlOf(interchange)!.Value, 1,
            sent.IsTest);
        // What cannot be written is left out and not sent broken: names are those of the request, which has the same character set.
        AcknowledgementWriter.Write(answer, envelope, interchange, new(), WriteOptions.Usual with { Characters = CharacterSet.Extended }, answers: writer =>
        {
            var group = 1;
            if (reviewed.Count > 0)
                ReviewWriter.WriteGroup(writer, envelope with { GroupControl = ++group }, reviewed);
            if (covered.Count > 0)
                CoverageAnswerWriter.WriteGroup(writer, envelope with { GroupControl = ++group }, covered);
        });
    }

    /// <summary>Whether a set of the interchange was taken in: with its group, and without an error of standard or guide.</summary>
    private static bool IsAccepted(InterchangeReport report, Envelope envelope) =>
        !report.Findings.Any(f => f.IsError) && report.Interchange == envelope.Interchange
        && report.Groups.Where(g => g.Group == envelope.Group && !g.Findings.Any(f => f.IsError)).SelectMany(g => g.Sets)
            .Count(s => s.Set == envelope.Set && s.ErrorsThrough(SnipLevel.Guide) == 0) == 1;

    private static int? ControlOf(InterchangeReport report) =>
        int.TryParse(report.Interchange!.Control, NumberStyles.None, CultureInfo.InvariantCulture, out var control) && control is > 0 and <= 999_999_999 ? control : null;
}
