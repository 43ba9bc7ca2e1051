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
    public static bool Write(Stream output, OutgoingEnvelope envelope, EligibilityAnswer answer, Findings findings, WriteOptions? options = null) =>
        SharedSegments.Interchange(output, envelope, options, findings, writer => WriteGroup(writer, envelope, [answer]));

    /// <summary>Writes a group of answers into an interchange that is open.</summary>
    public static void WriteGroup(X12Writer writer, OutgoingEnvelope envelope, IEnumerable<EligibilityAnswer> answers) =>
        writer.Group(envelope, Grammar, answers, answer => WriteAnswer(writer, envelope, answer));

    private static void WriteAnswer(X12Writer writer, OutgoingEnvelope envelope, EligibilityAnswer answer)
    {
        writer.Head("0022", "11", answer.Reference, envelope.Created);
        writer.Segment("HL", 1, X12Value.None, "20", answer.Requester is null ? "0" : "1");
        writer.Refusals(answer.Refusals);
        writer.Party(answer.Payer);
        if (answer.Requester is not null)
        {
            writer.Segment("HL", 2, 1, "21", answer.People.Count > 0 ? "1" : "0");
            writer.Party(answer.Requester);
        }

        foreach (var (i, person) in answer.People.Index())
            WritePerson(writer, person, i + 3);
    }

    private static void WritePerson(X12Writer writer, PersonCoverage person, int level)
    {
        writer.Segment("HL", level, 2, "22", "0");
        writer.Traces("2", person.Traces);
        writer.Party(person.Person);
        writer.Refusals(person.Refusals);
        writer.BirthDate(person.BirthDate);
        foreach (var date in person.Dates)
            writer.Days(date.Qualifier, date.Period);
        foreach (var benefit in person.Benefits)
        {
            // One EB for each kind of service: repetitions depend on separators of the partner.
            foreach (var service in benefit.Services.DefaultIfEmpty(""))
            {
                writer.Segment("EB", benefit.Information, benefit.Level, service, benefit.Insurance, X12Value.Words(benefit.Plan));
                foreach (var date in benefit.Dates)
                    writer.Days(date.Qualifier, date.Period);
                foreach (var message in benefit.Messages)
                    writer.Segment("MSG", X12Value.Words(message));
            }
        }
    }
}
