using System.Globalization;
using System.Text;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>Where a reader is within a request, such as <c>team.members[2].role</c>; written only when something is wrong there.</summary>
internal sealed class FieldPath
{
    private readonly List<(string? Name, string? Key, int Index)> steps = [];

    public void Enter(string name) => steps.Add((name, null, 0));

    public void EnterKey(string key) => steps.Add((null, key, 0));

    public void EnterItem(int index) => steps.Add((null, null, index));

    public void Leave() => steps.RemoveAt(steps.Count - 1);

    public override string ToString()
    {
        if (steps.Count == 0)
            return "request";
        var path = new StringBuilder();
        foreach (var (name, key, index) in steps)
        {
            if (name is null)
                path.Append(CultureInfo.InvariantCulture, $"[{key ?? index.ToString(CultureInfo.InvariantCulture)}]");
            else
                path.Append(path.Length == 0 ? "" : ".").Append(name);
        }

        return path.ToString();
    }
}
