using System.Runtime.CompilerServices;
using Ips.Policies;
using Ips.Policies.Tool;

namespace Ips.Mutation;

/// <summary>
/// Runs rows and cases against the library with the mutants in it. Lives beside that library in its own load context, see <see cref="Copy"/>.
/// </summary>
internal sealed class Trial
{
    private const int AsksOfAQuestion = 2_000_000;
    private const int AsksOfAllPacks = 200_000_000;

    private static readonly Action<int, int, bool[]?> Begin = typeof(PolicyEngine)
        .Assembly.GetType("Ips.Policies.Mutant")!.GetMethod("Begin")!.CreateDelegate<Action<int, int, bool[]?>>();
    private readonly IReadOnlyDictionary<string, string> _packs;
    private readonly IReadOnlyList<Question> _questions;
    private readonly bool[] _tried;

    private Trial(string root, bool[] tried, string[] sentences)
    {
        Checkout checkout = new(root);
        (_packs, _tried) = (PackFiles.Below(checkout.Packs), tried);
        _questions =
        [
            .. RowFiles.Read(checkout.Packs).Zip(sentences).Select(r => new Question(r.First.ToCase(), r.First, r.Second)),
            .. CaseRunner.Read(checkout.Cases).Select(c => new Question(c, null, null)),
        ];
    }

    /// <summary>The fate of every mutant to try, by number. Only types of the runtime pass between the load contexts.</summary>
    /// <param name="root">The checkout.</param>
    /// <param name="tried">Whether to try a mutant, by its number.</param>
    /// <param name="sentences">What each row's rule answers without any change.</param>
    public static int[] Survey(string root, bool[] tried, string[] sentences) => new Trial(root, tried, sentences).Survey();

    /// <summary>The fate of one mutant that must be on before the library is first used.</summary>
    public static int FromTheStart(string root, bool[] tried, string[] sentences, int mutant)
    {
        // On before rows and cases are read: reading them uses the library too.
        Begin(mutant, AsksOfAllPacks, null);
        return (int)(IsNoticed(() => new Trial(root, tried, sentences).IsNoticedByAll(mutant)) ? Fate.Noticed : Fate.NotNoticed);
    }

    private int[] Survey()
    {
        var once = Seen(() =>
        {
            foreach (var type in typeof(PolicyEngine).Assembly.GetTypes().Where(t => !t.ContainsGenericParameters))
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        });
        PolicyEngine engine = new(PackReader.ReadShipped());
        var whileReading = Seen(() => engine = new(PackReader.Read(_packs)));
        var by = new List<Question>[_tried.Length];
        foreach (var question in _questions)
        {
            var seen = Seen(() =>
            {
                if (question.Fails(engine))
                    throw new InvalidOperationException($"Nothing is changed yet, and this fails: {question.Case}");
            });
            for (var mutant = 1; mutant < _tried.Length; mutant++)
            {
                if (_tried[mutant] && seen[mutant])
                    (by[mutant] ??= []).Add(question);
            }
        }

        return [.. Enumerable.Range(0, _tried.Length).Select(mutant => (int)(
            !_tried[mutant] ? Fate.NotTried
            : once[mutant] ? Fate.NeedsFreshStart
            : whileReading[mutant] ? IsNoticedByAll(mutant) ? Fate.Noticed : Fate.NotNoticed
            : by[mutant] is not { } questions ? Fate.NeverReached
            : questions.Exists(q => IsNoticed(engine, q, mutant)) ? Fate.Noticed : Fate.NotNoticed))];
    }

    private bool IsNoticedByAll(int mutant) => IsNoticed(() =>
    {
        Begin(mutant, AsksOfAllPacks, null);
        PolicyEngine engine = new(PackReader.Read(_packs));
        return _questions.Any(q => IsNoticed(engine, q, mutant));
    });

    private static bool IsNoticed(PolicyEngine engine, Question question, int mutant) => IsNoticed(() =>
    {
        Begin(mutant, AsksOfAQuestion, null);
        return question.Fails(engine);
    });

    /// <summary>A library that throws or does not end is detected too.</summary>
    private static bool IsNoticed(Func<bool> fails)
    {
        try
        {
            return fails();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return true;
        }
    }

    private bool[] Seen(Action act)
    {
        var seen = new bool[_tried.Length];
        Begin(0, AsksOfAllPacks, seen);
        act();
        Begin(0, AsksOfAllPacks, null);
        return seen;
    }

    /// <param name="Case">A row or a case.</param>
    /// <param name="Row">The row.</param>
    /// <param name="Sentence">What docs/programs says that the row's rule answers; a test keeps these pages current.</param>
    private sealed record Question(DecisionCase Case, RuleRow? Row, string? Sentence)
    {
        public bool Fails(PolicyEngine engine) => CaseRunner.Run(engine, Case).Count > 0 || (Row is not null && AnswerPages.Sentence(engine, Row) != Sentence);
    }
}
