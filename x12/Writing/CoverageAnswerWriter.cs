using System.Globalization;

namespace Ips.X12;

/// <summary>Writes answers about the coverage of people: 271 005010X279A1.</summary>
public static class CoverageAnswerWriter
{
    private static readonly TransactionGrammar Grammar = TransactionGrammar.Find("271", "005010X279A1")!;

    /// <summary>Writes an interchange with one answer.</summary>
    /// <param name="output">Receives the file.</param>
    /// <param name="envelope">Sender, receiver and control numbers.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="findings">What could not be written.</param>
    /// <param name="options">Separators and characters.</param>
    /// <returns>Whether the file may be sent.</returns>
    public static bool Write(Stream output, OutgoingEnvelope envelope, EligibilityAnswer answer, Findings findings, WriteOptions? options = null)
    {
        var before = findings.Errors;
        using X12Writer writer = new(output, options ?? WriteOptions.Usual, findings);
        writer.BeginInterchange(envelope);
        WriteGroup(writer, envelope, [answer]);
        writer.EndInterchange();
        return findings.Errors == before;
    }

    /// <summary>Writes a group of answers into an interchange that is open.</summary>
    public static void WriteGroup(X12Writer writer, OutgoingEnvelope envelope, IEnumerable<EligibilityAnswer> answers)
    {
        writer.BeginGroup(envelope, Grammar);
        foreach (var answer in answers)
            WriteSet(writer, envelope, answer);
        writer.EndGroup();
    }

    private static void WriteSet(X12Writer writer, OutgoingEnvelope envelope, EligibilityAnswer answer)
    {
        writer.BeginSet(Grammar);
        writer.Segment("BHT", "0022", "11", answer.Reference, (DateOnly?)DateOnly.FromDateTime(envelope.Created.DateTime),
            envelope.Created.ToString("HHmm", CultureInfo.InvariantCulture));
        writer.Segment("HL", 1, X12Value.None, "20", answer.Requester is null ? "0" : "1");
        WriteRefusals(writer, answer.Refusals);
        WriteParty(writer, answer.Payer);
        if (answer.Requester is not null)
        {
            writer.Segment("HL", 2, 1, "21", answer.People.Count > 0 ? "1" : "0");
            WriteParty(writer, answer.Requester);
        }

        foreach (var (i, person) in answer.People.Index())
            WritePerson(writer, person, i + 3);
        writer.EndSet();
    }

    private static void WritePerson(X12Writer writer, PersonCoverage person, int level)
    {
        writer.Segment("HL", level, 2, "22", "0");
        foreach (var trace in person.TraceNumbers)
            writer.Segment("TRN", "2", trace.Number, trace.Company);
        WriteParty(writer, person.Person);
        WriteRefusals(writer, person.Refusals);
        if (person.BirthDate is { } birth)
            writer.Segment("DMG", "D8", (DateOnly?)birth);
        foreach (var date in person.Dates)
            WriteDate(writer, date);
        foreach (var benefit in person.Benefits)
        {
            // One EB for each kind of service: repetitions depend on separators of the partner.
            foreach (var service in benefit.Services.DefaultIfEmpty(""))
            {
                writer.Segment("EB", benefit.Information, benefit.Level, service, benefit.Insurance, X12Value.Words(benefit.Plan));
                foreach (var date in benefit.Dates)
                    WriteDate(writer, date);
                foreach (var message in benefit.Messages)
                    writer.Segment("MSG", X12Value.Words(message));
            }
        }
    }

    private static void WriteDate(X12Writer writer, DatedQualifier date) =>
        writer.Segment("DTP", date.Qualifier, date.Period.From == date.Period.Through ? "D8" : "RD8", X12Value.Of(date.Period));

    private static void WriteParty(X12Writer writer, Party? party)
    {
        if (party is not null)
            writer.Segment("NM1", party.Entity, party.Entity == "IL" || party.FirstName is not null ? "1" : "2", X12Value.Words(party.LastName),
                X12Value.Words(party.FirstName), X12Value.None, X12Value.None, X12Value.None, party.IdQualifier, party.Id);
    }

    private static void WriteRefusals(X12Writer writer, IEnumerable<Refusal> refusals)
    {
        foreach (var refusal in refusals)
            writer.Segment("AAA", "Y", X12Value.None, refusal.Reason, refusal.Action);
    }
}
