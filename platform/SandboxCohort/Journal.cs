using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Ips.SandboxCohort;

/// <summary>
/// What was answered to each call of the cohort, in a file. A load that was interrupted lives through the same days again, gets the answers from here without
/// a call, and continues behind the last one.
/// </summary>
internal sealed class Journal : IDisposable
{
    // Long parts of answers that no life reads.
    private static readonly string[] Unread = ["decision", "staff_decision", "reconsidered", "steps", "elements", "checklist"];

    private readonly ConcurrentDictionary<string, (string Method, string Answer)> known = new(StringComparer.Ordinal);
    private readonly Lock turn = new();
    private readonly StreamWriter file;

    public Journal(string path)
    {
        if (File.Exists(path))
        {
            foreach (var line in File.ReadLines(path))
            {
                // The last line may be torn.
                if (line.Split('\t') is [var step, var method, var answer, "."])
                    known[step] = (method, answer);
            }
        }

        file = new StreamWriter(path, append: true) { AutoFlush = true };
        // Behind a torn line the next one begins on a line of its own.
        if (known.IsEmpty is false)
            file.WriteLine();
    }

    /// <summary>How many calls were answered.</summary>
    public int Count => known.Count;

    /// <summary>The answer to a step that was made before.</summary>
    /// <exception cref="CohortException">The step was another call then: the programs of the cohort have changed.</exception>
    public TAnswer? Find<TAnswer>(string step, string method)
        where TAnswer : class
    {
        if (!known.TryGetValue(step, out var found))
            return null;
        if (found.Method != method)
            throw new CohortException($"{step} called {found.Method} when the load began and calls {method} now; load into a new data directory.");
        var message = (IMessage)Activator.CreateInstance<TAnswer>();
        message.MergeFrom(Convert.FromBase64String(found.Answer));
        return (TAnswer)message;
    }

    /// <summary>Keeps an answer, without what no life reads.</summary>
    public void Add(string step, string method, IMessage answer)
    {
        var stored = answer.Descriptor.Parser.ParseFrom(answer.ToByteArray());
        Shorten(stored);
        var text = Convert.ToBase64String(stored.ToByteArray());
        known[step] = (method, text);
        lock (turn)
            file.WriteLine($"{step}\t{method}\t{text}\t.");
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static void Shorten(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (Unread.Contains(field.Name))
                field.Accessor.Clear(message);
            else if (field is { FieldType: FieldType.Message, IsRepeated: true, IsMap: false } && field.Accessor.GetValue(message) is System.Collections.IList items)
            {
                foreach (IMessage item in items)
                    Shorten(item);
            }
        }
    }
}
