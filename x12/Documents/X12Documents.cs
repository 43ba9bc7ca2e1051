namespace Ips.X12;

/// <summary>How documents are read.</summary>
/// <param name="File">How the file is read.</param>
/// <param name="OnClaim">Called for each claim of an 835 as soon as it is complete; the remittance then does not collect them, and a file of any size needs constant memory.</param>
public sealed record DocumentOptions(ReadOptions? File = null, Action<RemittanceClaim>? OnClaim = null);

/// <summary>Reads a file into typed documents, in the order of the file.</summary>
public static class X12Documents
{
    /// <summary>Reads documents one by one as the caller takes them.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="findings">Receives what differs from standard and guide. Findings do not stop the reading.</param>
    /// <param name="options">How.</param>
    public static IEnumerable<X12Document> Read(Stream stream, Findings? findings = null, DocumentOptions? options = null)
    {
        using TransactionReader reader = new(stream, findings, options?.File);
        DocumentBuilder? builder = null;
        while (reader.Read())
        {
            if (builder is not null && reader.Envelope.Part is not (EnvelopePart.Body or EnvelopePart.SetEnd))
            {
                yield return builder.End(reader.Envelope.Findings);
                builder = null;
            }

            switch (reader.Envelope.Part)
            {
                case EnvelopePart.InterchangeAcknowledgement:
                    yield return InterchangeAcknowledgement.Of(reader.Current, EnvelopeOf(reader));
                    break;
                case EnvelopePart.SetStart:
                    builder = DocumentBuilder.For(reader.Grammar, EnvelopeOf(reader), options);
                    break;
                case EnvelopePart.Body:
                    builder?.Add(reader);
                    break;
                case EnvelopePart.SetEnd when builder is not null:
                    yield return builder.End(reader.Envelope.Findings);
                    builder = null;
                    break;
            }
        }

        if (builder is not null)
            yield return builder.End(reader.Envelope.Findings);
    }

    /// <inheritdoc cref="Read(Stream, Findings?, DocumentOptions?)"/>
    /// <param name="file">The file.</param>
    /// <param name="findings">Receives what differs from standard and guide. Findings do not stop the reading.</param>
    public static IEnumerable<X12Document> Read(byte[] file, Findings? findings = null) => Read(new MemoryStream(file, writable: false), findings);

    private static Envelope EnvelopeOf(TransactionReader reader) => new(reader.Envelope.Interchange, reader.Envelope.Group, reader.Envelope.Set);
}

/// <summary>Collects one document from the segments of a set.</summary>
internal abstract class DocumentBuilder
{
    public static DocumentBuilder For(TransactionGrammar? grammar, Envelope envelope, DocumentOptions? options) => (grammar?.Id, grammar?.Version) switch
    {
        ("835", _) => new RemittanceBuilder(envelope, options?.OnClaim),
        ("999", _) => new AcknowledgementBuilder(envelope),
        ("277", _) => new ClaimStatusBuilder(envelope),
        ("270", _) => new CoverageRequestBuilder(envelope),
        ("271", _) => new EligibilityBuilder(envelope),
        ("278", _) => new ReviewBuilder(envelope),
        ("837", _) => new ProfessionalClaimsBuilder(envelope),
        _ => new UnreadBuilder(envelope),
    };

    /// <summary>Takes the segment that the reader read last.</summary>
    public abstract void Add(TransactionReader reader);

    /// <summary>The document; also when the set ends early.</summary>
    public abstract X12Document End(Findings findings);

    private sealed class UnreadBuilder(Envelope envelope) : DocumentBuilder
    {
        public override void Add(TransactionReader reader)
        {
        }

        public override X12Document End(Findings findings) => new UnreadSet(envelope);
    }
}
